using System.Globalization;

using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Sandbox;
using Mainstreet.Studio.Sandbox.Caging;
using Mainstreet.Studio.Sandbox.Languages;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

/// <summary>
/// A real cage on this machine with users of its own, so that what it leaves can be told from what others do. Tests with it run one class at a time: their figures and
/// time limits mean little beside each other.
/// </summary>
public sealed class CageRig : IDisposable
{
    private static int _rigs;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mainstreet-cage-");
    private readonly CageKeeper _keeper;
    private readonly CSharpCompiler _compiler;

    public CageRig()
    {
        Environment.SetEnvironmentVariable(AttacksOnFiles.SecretName, AttacksOnFiles.SecretValue);
        Settings = new SandboxOptions { Slots = 8, FirstUserId = 1_000_000 + Environment.ProcessId % 10_000 * 1_000 + Interlocked.Increment(ref _rigs) * 64, Waiting = 2_000, WaitingPerAccount = 2_000, LongestWait = TimeSpan.FromMinutes(10) };
        var options = Options.Create(Settings);
        _keeper = new CageKeeper(options, new DataDirectory(_data.FullName), TimeProvider.System, NullLogger<CageKeeper>.Instance);
        _compiler = new CSharpCompiler(options, TimeProvider.System);
        Runner = new SandboxRunner(_keeper, _compiler, options, new SandboxMetrics(), TimeProvider.System, NullLogger<SandboxRunner>.Instance);
    }

    internal SandboxOptions Settings { get; }

    internal SandboxRunner Runner { get; }

    internal CageKeeper Keeper => _keeper;

    /// <summary>Skips the test where the machine has no full cage; in CI that counts as a failure.</summary>
    internal void NeedsCage() => Assert.SkipUnless(Runner.State.Mode == CageMode.Full, $"No full cage here: {string.Join("; ", Runner.State.Reasons)}");

    internal void NeedsLanguage(SandboxLanguage language)
    {
        NeedsCage();
        Assert.SkipUnless(Runner.Languages.Contains(language), $"{language} is not installed");
    }

    internal async Task<SandboxResult> RunAsync(
        SandboxLanguage language, string code, string? stdin = null, SandboxRequest.LimitsBody? limits = null, CancellationToken cancel = default, params (string Path, string Content)[] more)
    {
        NeedsLanguage(language);
        var files = SandboxRequest.ReadFiles([new(SandboxRequest.MainFile(language), code), .. more.Select(m => new SandboxRequest.FileBody(m.Path, m.Content))], Settings);
        var run = SandboxRequest.ToRun(language, files.Value!, null, stdin, limits, Settings);
        var result = await Runner.RunAsync(Guid.Empty, run.Value!, cancel);
        return result.Ok ? result.Value : throw new InvalidOperationException($"{result.Problem.Code}: {result.Problem.Detail}");
    }

    internal Task<Outcome<SandboxResult>> TryAsync(Guid account, SandboxRun run, CancellationToken cancel) => Runner.RunAsync(account, run, cancel);

    /// <summary>What runs have left on the machine: processes of their users, groups, folders, mounts. Empty when they clean up.</summary>
    internal IReadOnlyList<string> Leftovers()
    {
        var left = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                var user = File.ReadLines(Path.Combine(process, "status")).FirstOrDefault(l => l.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t')[1];
                if (int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >= Settings.FirstUserId && id < Settings.FirstUserId + 64)
                    left.Add($"{process} {File.ReadAllText(Path.Combine(process, "comm")).Trim()}");
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while being looked at.
            }
        }

        left.AddRange(GroupFolders().SelectMany(f => Directory.GetDirectories(f)));
        left.AddRange(Directory.GetDirectories(Path.Combine("/run/mainstreet-sandbox", _keeper.Name)));
        left.AddRange(File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains("mainstreet", StringComparison.Ordinal)));
        return left;
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _compiler.Dispose();
        _data.Delete(recursive: true);
    }

    private IEnumerable<string> GroupFolders() => new[] { "memory", "cpu", "cpuacct", "pids", "." }
        .Select(c => Path.Combine("/sys/fs/cgroup", c, "mainstreet", _keeper.Name)).Where(Directory.Exists);
}

[CollectionDefinition(nameof(CageTests), DisableParallelization = true)]
public sealed class CageTests : ICollectionFixture<CageRig>;
