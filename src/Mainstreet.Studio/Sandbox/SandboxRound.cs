using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Studio.Proof;

namespace Mainstreet.Studio.Sandbox;

/// <summary>Programs that try to get out, run over HTTP as anybody may; where there is no cage, that every one of them is refused.</summary>
internal sealed class SandboxRound : IStudioRound
{
    internal static readonly Invariant Contained = new("studio.contained",
        "A program in the sandbox has no network, no capability, no other processes and none of the machine's secrets, and changes no file but temporary ones; or it is refused with 503 and a reason.");

    internal static readonly Invariant Bounded = new("studio.bounded",
        "A program that takes too long, writes too much or wants too much memory is ended and its answer says so; or it is refused with 503 and a reason.");

    internal static readonly Invariant Apart = new("studio.runs-apart",
        "Of programs run at once each gets its own input and files and sees nothing of another's.");

    private static readonly ProofOption Runs = new("runs", "Programs run at once.", 12, 2, 100);

    // The shell is there wherever a cage is.
    private static readonly (string What, string Code)[] Escapes =
    [
        ("capabilities", "while read -r n v; do case $n in Cap*) [ $v = 0000000000000000 ] || echo OUT $n $v;; NoNewPrivs:) [ $v = 1 ] || echo OUT $n;; Seccomp:) [ $v = 2 ] || echo OUT $n;; esac; done </proc/self/status; echo tried"),
        ("files", "for f in /etc/shadow /etc/hostname /root /home /var /sys /run /proc/1/root/etc/shadow /proc/kcore; do if (read -r x <$f) 2>/dev/null; then echo OUT $f; fi; done; echo tried"),
        ("writing", "for d in / /app /usr /usr/bin /etc /dev /proc/sys/kernel; do if (: >$d/x) 2>/dev/null; then echo OUT $d; fi; done; echo tried"),
        ("processes", "set -- /proc/[0-9]*; [ $# -le 3 ] || echo OUT $#; kill -9 1 2>/dev/null; [ -d /proc/1 ] || echo OUT; echo tried"),
        ("network", "while read -r i x; do case $i in lo:|face|Inter-*) ;; *) echo OUT $i;; esac; done </proc/net/dev; echo tried"),
    ];

    public string Title => "programs that try to get out of the sandbox";

    public IReadOnlyList<Invariant> Invariants { get; } = [Contained, Bounded, Apart];

    public IReadOnlyList<ProofOption> Options { get; } = [Runs];

    public async Task RunAsync(StudioStage stage, CancellationToken cancel)
    {
        var person = await stage.PersonAsync("programmer", cancel);
        foreach (var (what, code) in Escapes)
        {
            var answer = await AskAsync(stage, person, code, null, null, cancel);
            stage.Verdicts.Check(Contained, Refused(answer) || (answer.Ok && Text(answer, "stdout") == "tried\n"), () => $"{what}: {Said(answer)}");
        }

        foreach (var (code, status) in new[] { ("while :; do :; done", "timeLimit"), ("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", "outputLimit"), ("x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done", "memoryLimit") })
        {
            var limits = new { wallMs = status == "timeLimit" ? 700 : 10_000, outputBytes = 10_000, memoryBytes = 67_108_864 };
            var answer = await AskAsync(stage, person, code, null, limits, cancel);
            stage.Verdicts.Check(Bounded, Refused(answer) || (answer.Ok && Text(answer, "status") == status), () => $"in place of {status}: {Said(answer)}");
        }

        var together = await Task.WhenAll(Enumerable.Range(0, stage.Run.Option(Runs)).Select(async n =>
            (Number: n, Answer: await AskAsync(stage, person, "read -r n; echo $n >/tmp/mine; sleep 0.05; set -- /tmp/*; echo $# $(cat /tmp/mine)", $"{n}\n", null, cancel, n))));
        foreach (var (n, answer) in together)
            stage.Verdicts.Check(Apart, Refused(answer) || answer.Code == SandboxProblems.TooManyRuns.Code || (answer.Ok && Text(answer, "stdout") == $"1 {n}\n"), () => $"run {n}: {Said(answer)}");
    }

    private static Task<ProofAnswer> AskAsync(StudioStage stage, SyntheticAccount person, string code, string? stdin, object? limits, CancellationToken cancel, int target = 0) =>
        stage.SendAsync(person, "run a program", HttpMethod.Post, "/v1/sandbox/run", new { language = "shell", code, stdin, limits }, cancel, target, once: true);

    private static bool Refused(ProofAnswer answer) => answer is { Status: 503, Code: "sandbox_unavailable" };

    private static string? Text(ProofAnswer answer, string field) => answer.Require().GetProperty(field).GetString();

    private static string Said(ProofAnswer answer) => answer.Ok ? JsonSerializer.Serialize(answer.Require()) : $"{answer.Status} {answer.Code}";
}
