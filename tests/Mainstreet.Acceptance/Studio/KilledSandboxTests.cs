using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Studio;

/// <summary>A program that is killed while it runs code that nobody trusts.</summary>
[Trait("kind", "recovery")]
public sealed class KilledSandboxTests
{
    private const int FirstUserId = 3_100_000;

    [Fact]
    public async Task Its_runs_die_with_it_and_the_next_start_removes_what_it_left()
    {
        // A folder that no other server sweeps: tests beside this one have the default, and every start removes what the dead left in its own.
        var root = Directory.CreateTempSubdirectory("mainstreet-cages-");
        if (!OperatingSystem.IsWindows()) root.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            await KillAsync(root.FullName);
        }
        finally
        {
            root.Delete(true);
        }
    }

    private static async Task KillAsync(string root)
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite, MainstreetHost.MigrationSources());
        var settings = new Dictionary<string, string?> { ["Studio:Sandbox:WorkFolder"] = root, ["Studio:Sandbox:FirstUserId"] = $"{FirstUserId}", ["Studio:Sandbox:Slots"] = "4" };
        IReadOnlyList<string> folders;
        await using (var server = await ServerProcess.StartAsync(database, settings: settings))
        {
            using var http = new HttpClient { BaseAddress = server.Address };
            var mode = await (await http.GetAsync("/health/sandbox")).Content.ReadAsStringAsync();
            Assert.SkipUnless(mode.Contains("\"mode\":\"full\"", StringComparison.Ordinal) && mode.Contains("cgroup v1", StringComparison.Ordinal), $"No full cage on cgroup v1 here: {mode}");
            var person = await Person.RegisterAsync(server.Address);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", person.AccessToken);
            const string code = "import os, signal, time\nfor _ in range(5):\n  if os.fork() == 0: os.setsid(); break\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(50)";
            var runs = Enumerable.Range(0, 3).Select(_ => http.PostAsJsonAsync("/v1/sandbox/run", new { language = "python", code, limits = new { wallMs = 55_000 } })).ToList();
            await Person.UntilAsync(() => Task.FromResult(Caged().Count >= 18), TimeSpan.FromSeconds(30), () => $"{server.Log} {Caged().Count}");
            folders = [.. Directory.GetDirectories(root).Where(f => Path.GetFileName(f).StartsWith($"{server.Id}-", StringComparison.Ordinal))];
            folders.Count.ShouldBe(1);
            Groups(folders[0]).Count.ShouldBe(12);

            await server.KillAsync();
            foreach (var run in runs) await Should.ThrowAsync<HttpRequestException>(run);
        }

        await Person.UntilAsync(() => Task.FromResult(Caged().Count == 0), TimeSpan.FromSeconds(10), () => string.Join(' ', Caged()));
        Directory.GetDirectories(folders[0]).Length.ShouldBe(3);

        await using (var next = await ServerProcess.StartAsync(database, settings: settings))
        {
            await Person.UntilAsync(() => Task.FromResult(!Directory.Exists(folders[0]) && Groups(folders[0]).Count == 0), TimeSpan.FromSeconds(20), () => next.Log);
        }
    }

    private static List<string> Groups(string folder) => [.. new[] { "memory", "cpu", "cpuacct", "pids" }
        .Select(c => Path.Combine("/sys/fs/cgroup", c, "mainstreet", Path.GetFileName(folder))).Where(Directory.Exists).SelectMany(Directory.GetDirectories)];

    /// <summary>Processes of the users that this test's runs have.</summary>
    private static List<string> Caged()
    {
        var found = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
        {
            try
            {
                var status = File.ReadAllLines(Path.Combine(process, "status"));
                // Dead, and not yet fetched by whoever is process 1 here.
                if (status.Any(l => l.StartsWith("State:\tZ", StringComparison.Ordinal))) continue;
                var user = status.First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1];
                if (int.Parse(user, CultureInfo.InvariantCulture) is >= FirstUserId and < FirstUserId + 4) found.Add(process);
            }
            catch (Exception gone) when (gone is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // It ended while being looked at.
            }
        }

        return found;
    }
}
