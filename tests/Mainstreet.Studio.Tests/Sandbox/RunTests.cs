using System.Diagnostics;

using Mainstreet.Studio.Sandbox;
using Mainstreet.Studio.Sandbox.Caging;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

[Trait("kind", "cage")]
[Collection(nameof(CageTests))]
public sealed class RunTests(CageRig rig)
{
    [Theory]
    [InlineData(SandboxLanguage.Python, "import sys\nprint('Grüße', sys.stdin.read().strip())\nprint('err', file=sys.stderr)")]
    [InlineData(SandboxLanguage.Javascript, "console.log('Grüße', require('fs').readFileSync(0, 'utf8').trim()); console.error('err')")]
    [InlineData(SandboxLanguage.Csharp, "Console.WriteLine(\"Grüße \" + Console.In.ReadToEnd().Trim()); Console.Error.WriteLine(\"err\");")]
    [InlineData(SandboxLanguage.Shell, "echo Grüße $(cat)\necho err >&2")]
    public async Task Each_language_says_hello(SandboxLanguage language, string code)
    {
        var result = await rig.RunAsync(language, code, "Hans\n");
        result.ShouldSatisfyAllConditions(
            () => result.Status.ShouldBe(SandboxStatus.Ok, result.Stderr), () => result.ExitCode.ShouldBe(0), () => result.Stdout.ShouldBe("Grüße Hans\n"), () => result.Stderr.ShouldBe("err\n"),
            () => result.CpuMs!.Value.ShouldBeGreaterThan(0), () => result.WallMs.ShouldBeGreaterThan(0), () => result.PeakBytes!.Value.ShouldBeGreaterThan(100_000));
        rig.Leftovers().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SandboxLanguage.Python, "import sys; sys.exit(7)", 7)]
    [InlineData(SandboxLanguage.Javascript, "process.exit(7)", 7)]
    [InlineData(SandboxLanguage.Csharp, "return 7;", 7)]
    [InlineData(SandboxLanguage.Shell, "exit 7", 7)]
    [InlineData(SandboxLanguage.Shell, "kill -9 $$", 137)]
    [InlineData(SandboxLanguage.Python, "import os; os.abort()", 134)]
    public async Task What_fails_is_a_runtime_error_with_its_code(SandboxLanguage language, string code, int exit)
    {
        var result = await rig.RunAsync(language, code);
        (result.Status, result.ExitCode).ShouldBe((SandboxStatus.RuntimeError, exit), result.Stderr);
    }

    [Theory]
    [InlineData(SandboxLanguage.Python, "while True: pass")]
    [InlineData(SandboxLanguage.Javascript, "for (;;);")]
    [InlineData(SandboxLanguage.Csharp, "while (true) { }")]
    [InlineData(SandboxLanguage.Shell, "sleep 100")]
    public async Task What_takes_too_long_is_ended(SandboxLanguage language, string code)
    {
        var watch = Stopwatch.StartNew();
        var result = await rig.RunAsync(language, code, limits: new(WallMs: 700));
        (result.Status, result.ExitCode).ShouldBe((SandboxStatus.TimeLimit, 137));
        // Below what a run may take that asks for nothing.
        result.WallMs.ShouldBeInRange(650, 9_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        rig.Leftovers().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SandboxLanguage.Python, "b = bytearray(700_000_000)\nfor i in range(0, len(b), 4096): b[i] = 1")]
    [InlineData(SandboxLanguage.Javascript, "const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1));")]
    [InlineData(SandboxLanguage.Csharp, "var all = new List<byte[]>(); while (true) { var b = new byte[10_000_000]; Array.Fill(b, (byte)1); all.Add(b); }")]
    [InlineData(SandboxLanguage.Shell, "x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done")]
    public async Task What_needs_too_much_memory_is_ended(SandboxLanguage language, string code)
    {
        var result = await rig.RunAsync(language, code, limits: new(WallMs: 30_000));
        result.Status.ShouldBe(SandboxStatus.MemoryLimit, result.ToString());
        rig.Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Less_memory_can_be_asked_for()
    {
        const string code = "b = bytearray(200_000_000)\nfor i in range(0, len(b), 4096): b[i] = 1\nprint('fits')";
        (await rig.RunAsync(SandboxLanguage.Python, code)).Stdout.ShouldBe("fits\n");
        var less = await rig.RunAsync(SandboxLanguage.Python, code, limits: new(MemoryBytes: 67_108_864));
        less.Status.ShouldBe(SandboxStatus.MemoryLimit);
        less.PeakBytes!.Value.ShouldBeLessThanOrEqualTo(67_108_864);
    }

    [Fact]
    public async Task Too_much_output_is_cut_and_said()
    {
        var result = await rig.RunAsync(SandboxLanguage.Python, "while True: print('y' * 99)", limits: new(OutputBytes: 5_000));
        result.Status.ShouldBe(SandboxStatus.OutputLimit);
        result.Stdout.Length.ShouldBe(5_000);
        var exact = await rig.RunAsync(SandboxLanguage.Python, "print('y' * 4999)", limits: new(OutputBytes: 5_000));
        exact.Status.ShouldBe(SandboxStatus.Ok);
        exact.Stdout.Length.ShouldBe(5_000);
    }

    [Fact]
    public async Task Much_input_is_passed_on_and_may_be_left_unread()
    {
        var much = new string('z', 900_000);
        (await rig.RunAsync(SandboxLanguage.Python, "import sys; print(len(sys.stdin.read()))", much)).Stdout.ShouldBe("900000\n");
        (await rig.RunAsync(SandboxLanguage.Python, "print('done')", much)).Stdout.ShouldBe("done\n");
    }

    [Fact]
    public async Task Output_that_is_no_text_is_shown_as_far_as_it_is()
    {
        var result = await rig.RunAsync(SandboxLanguage.Python, "import sys; sys.stdout.buffer.write(b'a\\xff\\x00b')");
        result.Stdout.ShouldBe("a\uFFFD\uFFFDb");
    }

    [Fact]
    public async Task A_program_reads_its_files_and_writes_temporary_ones()
    {
        var result = await rig.RunAsync(
            SandboxLanguage.Python, "import lib.sums, json\nopen('/tmp/x', 'w').write('1')\nprint(lib.sums.add(*json.load(open('data/in.json'))))", more: [("lib/sums.py", "def add(a, b): return a + b"), ("data/in.json", "[2, 3]")]);
        result.Stdout.ShouldBe("5\n", result.Stderr);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_ends_and_leaves_nothing()
    {
        rig.NeedsLanguage(SandboxLanguage.Python);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        await Should.ThrowAsync<OperationCanceledException>(rig.RunAsync(SandboxLanguage.Python, "import time\ntime.sleep(30)", cancel: stop.Token));
        rig.Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Runs_do_not_see_each_other()
    {
        rig.NeedsLanguage(SandboxLanguage.Shell);
        const string code = "echo secret >/tmp/note; sleep 0.3; ls /tmp /dev/shm; set -- /proc/[0-9]*; [ $# -le 4 ] && echo alone";
        foreach (var result in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => rig.RunAsync(SandboxLanguage.Shell, code))))
        {
            result.Stdout.ShouldContain("alone");
            result.Stdout.Split('\n').Count(l => l == "note").ShouldBe(1);
        }
    }

    [Fact]
    public async Task Runs_leave_nothing()
    {
        rig.NeedsCage();
        var count = Environment.GetEnvironmentVariable("MAINSTREET_TEST_LONG") == "1" ? 1_000 : 100;
        var mounts = File.ReadLines("/proc/self/mountinfo").Count();
        string[] programs =
        [
            "print('ok')", "import os\nfor _ in range(40):\n  if os.fork() == 0: os._exit(0)", "import os\nif os.fork() == 0:\n  os.setsid()\n  import time; time.sleep(1000)",
            "open('/tmp/x', 'w').write('x' * 1000000)", "raise SystemExit(3)", "while True: print('x' * 1000)",
        ];
        var statuses = new System.Collections.Concurrent.ConcurrentBag<SandboxStatus>();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            statuses.Add((await rig.RunAsync(SandboxLanguage.Python, programs[i % programs.Length], limits: new(WallMs: 30_000))).Status));
        statuses.Count.ShouldBe(count);
        statuses.Distinct().Order().ShouldBe([SandboxStatus.Ok, SandboxStatus.RuntimeError, SandboxStatus.OutputLimit]);
        rig.Leftovers().ShouldBeEmpty();
        File.ReadLines("/proc/self/mountinfo").Count().ShouldBe(mounts);
    }

    [Fact]
    public async Task A_cage_that_cannot_be_built_is_no_fault_of_the_program()
    {
        rig.NeedsCage();
        var (cage, _) = rig.Keeper.Built;
        var command = new CageCommand(["/bin/true"], new Dictionary<string, byte[]>(), [], new Dictionary<string, string>());
        var limits = new CageLimits(TimeSpan.FromSeconds(5), 67_108_864, 0.5, 16, 10_000, 1_000_000);
        var outcome = await Task.Factory.StartNew(() => cage!.Run(command, limits, ["/no/such/folder"], 0, CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        outcome.End.ShouldBe(CageEnd.Failed);
        outcome.Failure.ShouldNotBeNull().ShouldContain("/no/such/folder");
        rig.Leftovers().ShouldBeEmpty();
    }
}
