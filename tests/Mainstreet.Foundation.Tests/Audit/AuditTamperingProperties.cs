using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Audit;

/// <summary>Random trails, random tampering: whatever changed among the rows that a checkpoint covers is found.</summary>
[Trait("kind", "db")]
public sealed class AuditTamperingProperties
{
    private const int Rounds = 60;

    [Theory, EachEngine]
    public async Task Any_tampering_with_covered_rows_is_found(Engine engine)
    {
        for (var seed = 1; seed <= (engine == Engine.Sqlite ? Rounds : Rounds / 4); seed++)
        {
            var random = new Random(seed);
            await using var trail = await AuditTrailFixture.CreateAsync(engine);
            var lengths = await WriteAsync(trail, random);
            await trail.CheckpointAsync();
            (await trail.VerifyAsync()).Ok.ShouldBeTrue($"seed {seed}, untouched");

            var sql = Tamper(trail.Table, random, lengths, engine);
            await trail.TamperAsync(sql);
            if (random.Next(2) == 0) await trail.AppendAsync(lengths.Keys.First());
            (await trail.VerifyAsync()).Ok.ShouldBeFalse($"seed {seed}: {sql}");
        }
    }

    private static async Task<Dictionary<string, int>> WriteAsync(AuditTrailFixture trail, Random random)
    {
        var lengths = new Dictionary<string, int>();
        var streams = random.Next(1, 6);
        for (var i = random.Next(2, 30); i >= 0; i--)
        {
            var stream = string.Create(CultureInfo.InvariantCulture, $"s{random.Next(streams)}");
            await trail.AppendAsync(stream);
            lengths[stream] = lengths.GetValueOrDefault(stream) + 1;
            if (random.Next(8) == 0) await trail.CheckpointAsync();
        }

        return lengths;
    }

    private static string Tamper(string table, Random random, Dictionary<string, int> lengths, Engine engine)
    {
        var (stream, length) = lengths.ElementAt(random.Next(lengths.Count));
        var seq = random.Next(1, length + 1);
        var row = $"stream = '{stream}' AND seq = {seq}";
        string[] changes =
        [
            "action = action || '.'", "\"to\" = NULL", "\"from\" = \"to\" || 'x'", "detail = detail || ' '",
            engine == Engine.Postgres ? "at = at - interval '1 microsecond'" : "at = at - 1",
            "hash = replace(replace(hash, '0', '1'), 'a', 'b') || '0'",
        ];
        return random.Next(6) switch
        {
            0 => $"UPDATE {table} SET {changes[random.Next(changes.Length)]} WHERE {row}",
            1 => $"DELETE FROM {table} WHERE {row}",
            2 => $"DELETE FROM {table} WHERE stream = '{stream}' AND seq >= {seq}",
            3 => $"DELETE FROM {table} WHERE stream = '{stream}' AND seq <= {seq}",
            4 when length > 1 =>
                // The row and its neighbour change places.
                Swap(table, stream, Math.Max(2, seq)),
            _ => $"UPDATE {table} SET stream = 'elsewhere' WHERE stream = '{stream}'",
        };
    }

    private static string Swap(string table, string stream, int seq) => $"""
        UPDATE {table} SET seq = -1 WHERE stream = '{stream}' AND seq = {seq};
        UPDATE {table} SET seq = {seq} WHERE stream = '{stream}' AND seq = {seq - 1};
        UPDATE {table} SET seq = {seq - 1} WHERE stream = '{stream}' AND seq = -1
        """;
}
