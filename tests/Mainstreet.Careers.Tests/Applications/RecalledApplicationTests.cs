using Mainstreet.Careers.Applications;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Applications;

/// <summary>Applications that the person takes back on their way out, and what of the day's count comes back with them.</summary>
[Trait("kind", "db")]
public sealed class RecalledApplicationTests
{
    [Theory, EachEngine]
    public async Task What_is_archived_before_it_left_comes_back_as_a_draft(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, start: false, settings: ["Careers:ApplicationsPerDay=1"]);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        var yes = new SubmitRoutes.Request(true, ResumeVersion: 1, LetterVersion: 1);
        var id = (await rig.SubmitAsync(job, yes)).Value!.Id;
        foreach (var answer in new[] { "offer", "rejected", "interview" }) (await rig.ChangeAsync(id, new(State: answer))).Problem!.Code.ShouldBe("application_wrong_state");
        (await rig.ChangeAsync(id, new(State: "archived"))).Ok.ShouldBeTrue();
        (await rig.ChangeAsync(id, new(State: "submitted"))).Problem!.Code.ShouldBe("application_wrong_state");
        (await rig.ChangeAsync(id, new(State: "draft"))).Value!.SubmittedAt.ShouldBeNull();
        await rig.Host.StartAsync();
        await rig.Host.UntilAsync(db => db.Jobs.AllAsync(j => j.Kind != SendApplication.Kind), "the order to send is gone");
        rig.Sender.Asked.ShouldBeEmpty();
        // Its place in the day's count is free again, and its next sending is another yes.
        (await rig.SubmitAsync(job, yes)).Ok.ShouldBeTrue();
        await rig.DeliveredAsync(id, Delivery.Sent);
        rig.Sender.Asked.Select(m => m.IdempotencyKey).ShouldBe([$"careers-application-{id:N}-2"]);
    }

    [Theory, EachEngine]
    public async Task What_is_archived_while_it_is_sent_and_does_not_arrive_comes_back_as_a_draft(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var (job, other) = (rig.Postings.Add(), rig.Postings.Add());
        await rig.EquipAsync(job);
        await rig.EquipAsync(other);
        var yes = new SubmitRoutes.Request(true, ResumeVersion: 1, LetterVersion: 1);
        foreach (var (each, outcome) in new[] { (job, SendOutcome.Retry), (other, SendOutcome.Rejected) })
        {
            var (begun, archived) = (new TaskCompletionSource(), new TaskCompletionSource());
            rig.Sender.Script = async (_, _) =>
            {
                begun.TrySetResult();
                await archived.Task;
                return new SendResult(outcome);
            };
            var id = (await rig.SubmitAsync(each, yes)).Value!.Id;
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            (await rig.ChangeAsync(id, new(State: "archived"))).Ok.ShouldBeTrue();
            archived.SetResult();
            await rig.Host.UntilAsync(db => db.Applications.AnyAsync(a => a.Id == id && a.QuotaDay == null), "its place in the day's count is free again");
            (await rig.Host.ReadAsync(db => db.ApplicationDays.SumAsync(d => d.Used))).ShouldBe(0);
            (await rig.ChangeAsync(id, new(State: "draft"))).Ok.ShouldBeTrue();
        }
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task What_comes_back_after_midnight_is_given_back_to_the_day_it_was_counted_in(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, settings: ["Careers:ApplicationsPerDay=1"]);
        var (first, second, third) = (rig.Postings.Add(), rig.Postings.Add(), rig.Postings.Add());
        foreach (var job in new[] { first, second, third }) await rig.EquipAsync(job);
        var yes = new SubmitRoutes.Request(true, ResumeVersion: 1, LetterVersion: 1);
        rig.Sender.Script = (_, _) => Task.FromResult(new SendResult(SendOutcome.Unknown));
        var id = (await rig.SubmitAsync(first, yes)).Value!.Id;
        await rig.DeliveredAsync(id, Delivery.Unknown);
        rig.Clock.Advance(TimeSpan.FromDays(1));
        rig.Sender.Script = (_, _) => Task.FromResult(new SendResult(SendOutcome.Accepted));
        (await rig.SubmitAsync(second, yes)).Ok.ShouldBeTrue();
        (await rig.ChangeAsync(id, new(Arrived: false))).Ok.ShouldBeTrue();
        // Yesterday's place is no place of today.
        (await rig.SubmitAsync(third, yes)).Problem!.Code.ShouldBe("quota_used");
        (await rig.Host.ReadAsync(db => db.ApplicationDays.OrderBy(d => d.Day).Select(d => d.Used).ToListAsync())).ShouldBe([0, 1]);
    }
}
