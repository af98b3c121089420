using System.Text.Json;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Careers;

/// <summary>Background tasks of ten people, and a program that is killed over and over while it works on them.</summary>
[Trait("kind", "recovery")]
public sealed class KilledTasksTests
{
    private const int Count = 500;
    private static readonly int Kills = TestSeeds.Sweeping ? 8 : 4;

    private const string Resume = """
        {
          "basics": {"name": "Mina Halvorsen", "label": "Shop assistant", "email": "mina@example.org", "location": {"city": "Pune", "countryCode": "IN"}},
          "work": [{"name": "Harbour Foods", "position": "Assistant Shop Manager", "startDate": "2019-03", "endDate": "2022-02",
                    "highlights": ["Trained 12 staff in cash handling", "Managed stock control for 40 pallets"]}],
          "skills": [{"name": "Baking"}, {"name": "Stock control"}]
        }
        """;

    [Theory, EachEngine]
    public async Task Five_hundred_tasks_are_all_done_and_none_twice_however_often_the_program_dies(Engine engine)
    {
        foreach (var seed in TestSeeds.Of(usual: 1, sweep: 10))
        {
            var dice = new Random(seed);
            await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
            await AskAsync(database, dice);
            var total = await CompletedAsync(database);
            total.ShouldBe(0);

            for (var kill = 0; kill < Kills; kill++)
            {
                var point = dice.Next(6) switch { 0 => Failpoints.AfterClaim, 1 => Failpoints.BeforeJobCommit, _ => null };
                // SQLite is for one process.
                var servers = new List<ServerProcess> { await StartAsync(database, point) };
                try
                {
                    if (engine == Engine.Postgres) servers.Add(await StartAsync(database, null));
                    if (point is not null)
                    {
                        // The other program may do all that is left before this one comes to its point.
                        await Person.UntilAsync(async () => servers[0].HasExited || await CompletedAsync(database) == Count, TimeSpan.FromSeconds(60), () => servers[0].Log);
                    }
                    else
                    {
                        var target = total + dice.Next(10, 50);
                        await Person.UntilAsync(async () => await CompletedAsync(database) is var done && done >= Math.Min(target, Count), TimeSpan.FromSeconds(60), () => servers[0].Log);
                        await servers[dice.Next(servers.Count)].KillAsync();
                    }
                }
                finally
                {
                    foreach (var server in servers) await server.KillAsync();
                    foreach (var server in servers) await server.DisposeAsync();
                }

                total = await CompletedAsync(database);
                if (total == Count) break;
            }

            await using (var last = await StartAsync(database, null))
            {
                await Person.UntilAsync(async () => await CompletedAsync(database) == Count, TimeSpan.FromSeconds(120), () => last.Log);
                await database.RelayedAsync();
            }

            await AgreesAsync(database, $"seed {seed}, {engine}");
        }
    }

    /// <summary>Asks for the tasks at a program that runs none of them.</summary>
    private static async Task AskAsync(TestDatabase database, Random dice)
    {
        await using var server = await ServerProcess.StartAsync(database, settings: Settings(("Roles", "web")));
        var people = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Person.RegisterAsync(server.Address)));
        foreach (var person in people) await person.PutAsync("/v1/profiles/me", JsonSerializer.Deserialize<JsonElement>(Resume));
        for (var i = 0; i < Count; i++)
        {
            var posting = Posting(i);
            object task = dice.Next(3) switch
            {
                0 => new { type = "tailor_resume", input = new { posting } },
                1 => new { type = "generate_letter", input = new { posting } },
                _ => new { type = "bulk_analysis", input = new { postings = Enumerable.Range(0, dice.Next(5, 60)).Select(Posting).ToList() } },
            };
            await people[i % people.Length].PostAsync("/v1/tasks", task);
        }

        await server.KillAsync();
    }

    private static object Posting(int n) => new { title = $"Stock Clerk {n}", company = "Corner House", description = $"Requirements:\n- {n % 5 + 1}+ years of stock control\n- Cash handling\n- Forklift" };

    private static Task<ServerProcess> StartAsync(TestDatabase database, string? point) =>
        ServerProcess.StartAsync(database, point, Settings(("Jobs:LongParallelism", "64"), ("Jobs:MaxAttempts", "100"), ("Jobs:LeaseTime", "00:00:03"), ("Jobs:Poll", "00:00:00.100")));

    private static Dictionary<string, string?> Settings(params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Careers:UnfinishedTasks"] = "1000" };
        foreach (var (key, value) in settings) all[key] = value;
        return all;
    }

    private static Task<long> CompletedAsync(TestDatabase database) => database.CountAsync($"SELECT count(*) FROM {Tasks(database)} WHERE state = 'Completed'");

    private static async Task AgreesAsync(TestDatabase database, string round)
    {
        var tasks = Tasks(database);
        var audit = database.Table("audit");
        var documents = database.Storage.Table("careers", "documents");
        (await database.CountAsync($"SELECT count(*) FROM {tasks}")).ShouldBe(Count, round);
        (await database.CountAsync($"SELECT count(*) FROM {tasks} WHERE result IS NULL OR checkpoint IS NOT NULL OR error_code IS NOT NULL")).ShouldBe(0, round);
        // Whatever a second completion would have left behind is looked for where nothing would have stopped it.
        (await database.CountAsync($"SELECT count(*) FROM {audit} WHERE action = 'task.completed'")).ShouldBe(Count, round);
        (await database.CountAsync($"SELECT count(DISTINCT stream) FROM {audit} WHERE action = 'task.completed'")).ShouldBe(Count, round);
        (await database.CountAsync($"SELECT count(*) FROM {database.Table("live_events")} WHERE type = 'task.changed' AND payload LIKE '%\"state\":\"completed\"%'")).ShouldBe(Count, round);
        var written = await database.CountAsync($"SELECT count(*) FROM {tasks} WHERE type IN ('tailor_resume', 'generate_letter')");
        (await database.CountAsync($"SELECT count(*) FROM {documents}")).ShouldBe(written, round);
        (await database.CountAsync($"SELECT count(DISTINCT task_id) FROM {documents}")).ShouldBe(written, round);
        (await database.CountAsync($"SELECT count(*) FROM {audit} WHERE action = 'document.written'")).ShouldBe(written, round);
        (await database.CountAsync($"SELECT count(*) FROM {database.Table("jobs")} WHERE kind = 'careers.task'")).ShouldBe(0, round);
        (await database.CountAsync($"SELECT count(*) FROM {database.Table("outbox_dead")}")).ShouldBe(0, round);
        var broken = await database.CountAsync($"SELECT sum(attempts - 1) FROM {tasks}");
        broken.ShouldBeGreaterThan(0, $"{round}: no run was broken off, so nothing was shown");
        TestContext.Current.SendDiagnosticMessage("{0}: {1} runs were broken off by {2} kills", round, broken, Kills);
    }

    private static string Tasks(TestDatabase database) => database.Storage.Table("careers", "tasks");
}
