using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Audit;

[Trait("kind", "db")]
public sealed class AuditVerifierTests
{
    [Theory, EachEngine]
    public async Task An_untouched_trail_is_whole_before_and_after_checkpoints(Engine engine)
    {
        await using var trail = await AuditTrailFixture.CreateAsync(engine);
        (await trail.VerifyAsync()).ShouldSatisfyAllConditions(v => v.Ok.ShouldBeTrue(), v => v.Rows.ShouldBe(0), v => v.LastCheckpointHash.ShouldBeNull());

        await FillAsync(trail);
        var before = await trail.VerifyAsync();
        before.ShouldSatisfyAllConditions(v => v.Ok.ShouldBeTrue(), v => v.Rows.ShouldBe(12), v => v.Streams.ShouldBe(3), v => v.Checkpoints.ShouldBe(0));

        await trail.CheckpointAsync();
        await trail.CheckpointAsync();
        await trail.AppendAsync("ticket:a");
        await trail.CheckpointAsync();
        await trail.AppendAsync("ticket:b");
        var after = await trail.VerifyAsync();
        after.Ok.ShouldBeTrue();
        after.Rows.ShouldBe(14);
        after.Checkpoints.ShouldBe(2, "a job without new rows writes nothing");
        (await trail.VerifyAsync(after.LastCheckpointHash)).Ok.ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task The_database_refuses_to_change_or_delete_rows(Engine engine)
    {
        await using var trail = await AuditTrailFixture.CreateAsync(engine);
        await FillAsync(trail);
        await trail.CheckpointAsync();
        foreach (var sql in new[]
        {
            $"UPDATE {trail.Table} SET action = 'x'", $"DELETE FROM {trail.Table}",
            $"UPDATE {trail.Checkpoints} SET rows = 0", $"DELETE FROM {trail.Checkpoints}",
        })
        {
            var refused = await Should.ThrowAsync<System.Data.Common.DbException>(() => trail.ExecuteAsync(sql));
            refused.Message.ShouldContain("append-only");
        }
    }

    [Theory, EachEngine]
    public async Task A_changed_field_is_found_at_its_row(Engine engine)
    {
        foreach (var change in new[]
        {
            "action = 'x'", "\"from\" = NULL", "\"to\" = 'z'", "detail = '{}'", "actor_id = NULL",
            engine == Engine.Postgres ? "at = at + interval '1 microsecond'" : "at = at + 1",
        })
        {
            await using var trail = await AuditTrailFixture.CreateAsync(engine);
            await FillAsync(trail);
            await trail.TamperAsync($"UPDATE {trail.Table} SET {change} WHERE stream = 'ticket:b' AND seq = 2");
            var found = await trail.VerifyAsync();
            found.Findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                f => f.Damage.ShouldBe(AuditDamage.Changed), f => f.Stream.ShouldBe("ticket:b"), f => f.Seq.ShouldBe(2));
        }
    }

    [Theory, EachEngine]
    public async Task A_changed_row_whose_hash_was_made_to_fit_is_found_at_the_next(Engine engine)
    {
        await using var trail = await AuditTrailFixture.CreateAsync(engine);
        await FillAsync(trail);
        await trail.TamperAsync($"UPDATE {trail.Table} SET hash = '{new string('0', 64)}' WHERE stream = 'ticket:a' AND seq = 1");
        var found = await trail.VerifyAsync();
        found.Findings.Select(f => f.Seq).ShouldBe([1, 2]);
    }

    [Theory, EachEngine]
    public async Task Removed_rows_in_the_middle_and_at_the_head_are_found_without_checkpoints(Engine engine)
    {
        await using var trail = await AuditTrailFixture.CreateAsync(engine);
        await FillAsync(trail);
        await trail.TamperAsync($"DELETE FROM {trail.Table} WHERE (stream = 'ticket:a' AND seq IN (2, 3)) OR (stream = 'ticket:b' AND seq = 1)");
        var found = await trail.VerifyAsync();
        found.Findings.Select(f => (f.Damage, f.Stream, f.Seq, f.Message)).ShouldBe(
        [
            (AuditDamage.Removed, "ticket:a", 4, "rows 2 to 3 are missing"),
            (AuditDamage.Removed, "ticket:b", 2, "row 1 is missing"),
        ]);
    }

    [Theory, EachEngine]
    public async Task A_removed_tail_and_a_removed_stream_are_found_through_checkpoints(Engine engine)
    {
        foreach (var removal in new[] { "stream = 'ticket:c' AND seq = 4", "stream = 'ticket:b'" })
        {
            await using var trail = await AuditTrailFixture.CreateAsync(engine);
            await FillAsync(trail);
            await trail.CheckpointAsync();
            await trail.TamperAsync($"DELETE FROM {trail.Table} WHERE {removal}");
            // The program goes on, and the chain of the shortened stream looks whole again.
            await trail.AppendAsync("ticket:c");
            await trail.CheckpointAsync();
            var found = await trail.VerifyAsync();
            found.Findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                f => f.Damage.ShouldBe(AuditDamage.Checkpoint), f => f.Seq.ShouldBe(1), f => f.Message.ShouldContain("it covered 12 rows"));
        }
    }

    [Theory, EachEngine]
    public async Task Swapped_rows_are_found(Engine engine)
    {
        await using var trail = await AuditTrailFixture.CreateAsync(engine);
        await FillAsync(trail);
        await trail.TamperAsync($"""
            UPDATE {trail.Table} SET seq = -2 WHERE stream = 'ticket:a' AND seq = 2;
            UPDATE {trail.Table} SET seq = 2 WHERE stream = 'ticket:a' AND seq = 3;
            UPDATE {trail.Table} SET seq = 3 WHERE stream = 'ticket:a' AND seq = -2
            """);
        var found = await trail.VerifyAsync();
        found.Ok.ShouldBeFalse();
        found.Findings[0].ShouldSatisfyAllConditions(f => f.Stream.ShouldBe("ticket:a"), f => f.Seq.ShouldBe(2));
    }

    [Theory, EachEngine]
    public async Task A_well_made_row_put_in_behind_a_checkpoint_is_found(Engine engine)
    {
        await using var trail = await AuditTrailFixture.CreateAsync(engine);
        await FillAsync(trail);
        await trail.CheckpointAsync();
        var forged = AuditRow.After(null, new AuditEntry("ticket:forged", null, "ticket.rated"), new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero));
        await using (var db = await trail.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            db.Audit.Add(forged);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var found = await trail.VerifyAsync();
        found.Findings.ShouldHaveSingleItem().Damage.ShouldBe(AuditDamage.Checkpoint);
    }

    [Theory, EachEngine]
    public async Task Checkpoints_that_were_rewritten_do_not_carry_the_hash_kept_elsewhere(Engine engine)
    {
        await using var trail = await AuditTrailFixture.CreateAsync(engine);
        await FillAsync(trail);
        await trail.CheckpointAsync();
        var kept = (await trail.VerifyAsync()).LastCheckpointHash;
        await trail.TamperAsync($"DELETE FROM {trail.Checkpoints}; DELETE FROM {trail.Table} WHERE stream = 'ticket:c'");
        await trail.CheckpointAsync();
        (await trail.VerifyAsync()).Ok.ShouldBeTrue("everything was rewritten consistently");
        var found = await trail.VerifyAsync(kept);
        found.Findings.ShouldHaveSingleItem().Message.ShouldContain("expected hash");
    }

    [Theory, EachEngine]
    public async Task A_changed_and_a_removed_checkpoint_are_found(Engine engine)
    {
        foreach (var tamper in new[] { "UPDATE {0} SET rows = rows + 1 WHERE seq = 2", "DELETE FROM {0} WHERE seq = 2", "DELETE FROM {0} WHERE seq = 1" })
        {
            await using var trail = await AuditTrailFixture.CreateAsync(engine);
            for (var i = 0; i < 3; i++)
            {
                await FillAsync(trail);
                await trail.CheckpointAsync();
            }

            await trail.TamperAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, tamper, trail.Checkpoints));
            var found = await trail.VerifyAsync();
            found.Findings.ShouldContain(f => f.Damage == AuditDamage.CheckpointChain);
        }
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_damage_and_no_crash()
    {
        await using var trail = await AuditTrailFixture.CreateAsync(Engine.Sqlite);
        await FillAsync(trail);
        await trail.TamperAsync($"UPDATE {trail.Table} SET actor_id = 'nobody' WHERE stream = 'ticket:b' AND seq = 3");
        var found = await trail.VerifyAsync();
        found.Findings[0].ShouldSatisfyAllConditions(f => f.Stream.ShouldBe("ticket:b"), f => f.Seq.ShouldBe(2), f => f.Message.ShouldContain("cannot be read"));
    }

    internal static async Task FillAsync(AuditTrailFixture trail)
    {
        for (var i = 0; i < 4; i++)
        {
            foreach (var stream in new[] { "ticket:a", "ticket:b", "ticket:c" }) await trail.AppendAsync(stream);
        }
    }
}
