using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Commands;

/// <summary>What became of one proof: a report, or why it could not be made.</summary>
/// <param name="Name">The proof's name.</param>
/// <param name="Invariants">What it would decide.</param>
/// <param name="Report">Null when it could not be run.</param>
/// <param name="Failure">Why not.</param>
internal sealed record ProofOutcome(string Name, IReadOnlyList<Invariant> Invariants, ProofReport? Report, string? Failure)
{
    /// <summary>Every invariant with what is known of it: of a proof that did not run nothing.</summary>
    internal IReadOnlyList<InvariantResult> Results => Report?.Results ?? [.. Invariants.Select(i => new InvariantResult(i, 0, 0, []))];
}

/// <summary>The verdict of several proofs together, as text, JSON and JUnit.</summary>
/// <param name="Targets">Base addresses.</param>
/// <param name="Seed">Of the plan.</param>
/// <param name="Faults">Whether faults were expected.</param>
/// <param name="StartedAt">When the first began.</param>
/// <param name="Took">Of all together.</param>
/// <param name="Outcomes">In the order in which they ran.</param>
/// <param name="Silent">Modules present that contribute no invariant.</param>
internal sealed record ProvingSummary(
    IReadOnlyList<Uri> Targets, int Seed, bool Faults, DateTimeOffset StartedAt, TimeSpan Took, IReadOnlyList<ProofOutcome> Outcomes, IReadOnlyList<string> Silent)
{
    private const int MostText = 4_000;
    private static readonly JsonSerializerOptions Readable = new(Json.Wire) { WriteIndented = true };

    /// <summary>0 all hold, 1 one is broken or was not tried or a module has none, 2 a proof could not be run.</summary>
    internal int ExitCode => Outcomes.Any(o => o.Report is null) ? ProvingExit.CouldNotRun
        : Silent.Count > 0 || Outcomes.Any(o => !o.Report!.Holds) ? ProvingExit.Broken : ProvingExit.Holds;

    private IReadOnlyList<InvariantResult> Results => [.. Outcomes.SelectMany(o => o.Results)];

    internal string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"module",-12}{"invariant",-36}{"verdict",-15}{"checks",9}{"broken",8}");
        foreach (var outcome in Outcomes)
        {
            foreach (var result in outcome.Results)
                text.AppendLine(CultureInfo.InvariantCulture, $"{outcome.Name,-12}{result.Invariant.Id,-36}{Verdict(result),-15}{result.Checked,9}{result.Broken,8}");
            text.AppendLine(outcome.Report is { } report
                ? string.Create(CultureInfo.InvariantCulture, $"{outcome.Name,-12}{report.Operations.Count} requests, {Unclear(report)} without a clear answer, {report.Took.TotalSeconds:F1} s")
                : $"{outcome.Name,-12}could not run: {outcome.Failure}");
        }

        foreach (var silent in Silent) text.AppendLine(CultureInfo.InvariantCulture, $"{silent,-12}contributes no invariant");
        var all = Results;
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"prove all: {(ExitCode == ProvingExit.Holds ? "EVERY INVARIANT HOLDS" : ExitCode == ProvingExit.Broken ? "BROKEN" : "COULD NOT RUN")}  {all.Count} invariants: {all.Count(r => r.Holds)} held, {all.Count(r => r.Broken > 0)} broken, {all.Count(r => r.Checked == 0)} not exercised");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"  {Outcomes.Sum(o => o.Report?.Operations.Count ?? 0)} requests to {Targets.Count} {(Targets.Count == 1 ? "replica" : "replicas")} in {Took.TotalSeconds:F1} s; seed {Seed}; faults {(Faults ? "expected" : "none")}");
        return text.ToString();
    }

    internal string ToJson() => JsonSerializer.Serialize(new
    {
        verdict = ExitCode switch { ProvingExit.Holds => "holds", ProvingExit.Broken => "broken", _ => "could not run" },
        exitCode = ExitCode,
        targets = Targets,
        seed = Seed,
        faults = Faults,
        startedAt = StartedAt,
        seconds = Math.Round(Took.TotalSeconds, 3),
        held = Results.Count(r => r.Holds),
        broken = Results.Count(r => r.Broken > 0),
        notExercised = Results.Count(r => r.Checked == 0),
        silentModules = Silent,
        proofs = Outcomes.Select(o => new
        {
            name = o.Name,
            failure = o.Failure,
            seconds = o.Report is { } report ? Math.Round(report.Took.TotalSeconds, 3) : 0,
            requests = o.Report?.Operations.Count ?? 0,
            unclear = o.Report is { } made ? Unclear(made) : 0,
            invariants = o.Results.Select(r => new
            {
                id = r.Invariant.Id, statement = r.Invariant.Statement, verdict = Verdict(r), checks = r.Checked, broken = r.Broken, counterExamples = r.CounterExamples,
            }),
        }),
    }, Readable);

    internal string ToJUnit()
    {
        var suites = new XElement("testsuites", new XAttribute("name", "mainstreet prove"), Time(Took));
        foreach (var outcome in Outcomes)
        {
            var results = outcome.Results;
            suites.Add(new XElement("testsuite",
                new XAttribute("name", outcome.Name), new XAttribute("tests", results.Count), new XAttribute("failures", results.Count(r => !r.Holds)), Time(outcome.Report?.Took ?? TimeSpan.Zero),
                results.Select(r => new XElement("testcase",
                    new XAttribute("classname", outcome.Name), new XAttribute("name", r.Invariant.Id),
                    r.Holds ? null : new XElement("failure",
                        new XAttribute("message", outcome.Failure ?? (r.Checked == 0 ? "not exercised" : $"broken {r.Broken} times of {r.Checked}")),
                        Clean(string.Join("\n\n", r.CounterExamples)))))));
        }

        foreach (var silent in Silent)
        {
            suites.Add(new XElement("testsuite", new XAttribute("name", silent), new XAttribute("tests", 1), new XAttribute("failures", 1),
                new XElement("testcase", new XAttribute("classname", silent), new XAttribute("name", $"{silent} contributes an invariant"),
                    new XElement("failure", new XAttribute("message", "the module contributes none")))));
        }

        return new XDeclaration("1.0", "utf-8", null) + "\n" + suites + "\n";
    }

    private static string Verdict(InvariantResult result) => result.Broken > 0 ? "broken" : result.Checked == 0 ? "not exercised" : "held";

    private static int Unclear(ProofReport report) => report.Operations.Count(o => o.Status is 0 or >= 500);

    private static XAttribute Time(TimeSpan took) => new("time", Math.Round(took.TotalSeconds, 3));

    /// <summary>What XML can hold, and not without end.</summary>
    private static string Clean(string text) =>
        string.Concat(text.Take(MostText).Where(c => !char.IsSurrogate(c) && (c is '\n' or '\t' || !char.IsControl(c))));
}
