using System.Diagnostics;
using System.Globalization;

using Npgsql;

namespace Mainstreet.Load;

/// <summary>
/// The bare guarded update that an accept comes down to, driven by pgbench with the same number of connections, the same
/// racers a ticket and the same order (ticket after ticket), so that the share of winners is the same; durable commits.
/// </summary>
internal static class PgbenchDrive
{
    private const string Table = """
        DROP TABLE IF EXISTS load_tickets;
        CREATE TABLE load_tickets (
          id integer PRIMARY KEY, status smallint NOT NULL DEFAULT 0, contractor_id integer, version integer NOT NULL DEFAULT 1,
          title text NOT NULL, accepted_at timestamptz);
        INSERT INTO load_tickets (id, title) SELECT i, 'Synthetic leak ' || i FROM generate_series(0, {0}) i;
        VACUUM ANALYZE load_tickets;
        """;

    /// <summary>Attempt number n, counted over all clients, asks for ticket n / racers: the racers of a ticket meet.</summary>
    private const string Script = """
        \set n :i * :clients + :client_id
        \set ticket :n / :racers
        \set i :i + 1
        UPDATE load_tickets SET status = 1, contractor_id = :client_id, version = version + 1, accepted_at = now() WHERE id = :ticket AND status = 0 AND contractor_id IS NULL;
        """;

    internal static async Task<int> RunAsync(
        string connectionString, int tickets, int racers, int connections, string pgbench, CancellationToken cancel)
    {
        var each = tickets * racers / connections;
        await using var database = NpgsqlDataSource.Create(connectionString);
        foreach (var statement in Table.Replace("{0}", Text(tickets), StringComparison.Ordinal).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using var command = database.CreateCommand(statement);
            await command.ExecuteNonQueryAsync(cancel);
        }

        var script = Path.Combine(Path.GetTempPath(), $"accept-{Environment.ProcessId}.pgbench");
        await File.WriteAllTextAsync(script, Script, cancel);
        try
        {
            var where = new NpgsqlConnectionStringBuilder(connectionString);
            var start = new ProcessStartInfo(pgbench) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in new[]
            {
                "-h", where.Host!, "-p", Text(where.Port), "-U", where.Username!, "-n", "-M", "prepared", "-c", Text(connections), "-j", "1", "-t", Text(each),
                "-D", "i=0", "-D", $"clients={Text(connections)}", "-D", $"racers={Text(racers)}", "-f", script, where.Database!,
            })
            {
                start.ArgumentList.Add(argument);
            }

            if (where.Password is { } password) start.Environment["PGPASSWORD"] = password;
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{pgbench} does not start.");
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var error = await process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0) throw new InvalidOperationException($"pgbench: {error}");

            var text = await output;
            var rate = Figure(text, "tps = ");
            var durability = await ShowAsync(database, cancel);
            await using var count = database.CreateCommand("SELECT count(*) FROM load_tickets WHERE status = 1");
            var winners = (long)(await count.ExecuteScalarAsync(cancel))!;
            var seconds = each * connections / rate;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"bare guarded update        {each * connections,8} in {seconds,6:F2} s {rate,9:F0} /s   mean {Figure(text, "latency average = "):F2} ms"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"winners {winners} of {tickets} tickets, {winners / seconds:F0} /s; {connections} connections, {racers} racers a ticket, synchronous_commit {durability}"));
            return 0;
        }
        finally
        {
            File.Delete(script);
            await using var drop = database.CreateCommand("DROP TABLE IF EXISTS load_tickets");
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static async Task<object?> ShowAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("SHOW synchronous_commit");
        return await command.ExecuteScalarAsync(cancel);
    }

    private static double Figure(string output, string label)
    {
        var line = output.Split('\n').First(l => l.StartsWith(label, StringComparison.Ordinal));
        return double.Parse(line[label.Length..].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
