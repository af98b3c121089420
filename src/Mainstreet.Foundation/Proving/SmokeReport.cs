using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace Mainstreet.Foundation.Proving;

/// <summary>The results of smoke walks: lines for people, JSON and JUnit for programs.</summary>
public static class SmokeReport
{
    /// <summary>One line a step.</summary>
    public static async Task WriteAsync(IReadOnlyList<SmokeStep> steps, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(output);
        foreach (var step in steps)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Word(step.Outcome)}  {step.Path,-10} {step.Name,-44} {step.Took.TotalMilliseconds,8:F1} ms{(step.Why is null ? "" : "  " + step.Why)}"));
        }
    }

    /// <summary>How it went, in a few lines.</summary>
    public static string Summary(SmokeResults results, bool readOnly)
    {
        ArgumentNullException.ThrowIfNull(results);
        var text = new StringBuilder();
        foreach (var module in results.Steps.GroupBy(s => s.Path))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"      {module.Key,-10} {module.Count(s => s.Requests.Count > 0),4} paths  {module.Sum(s => s.Took.TotalSeconds),6:F1} s");
        }

        text.Append(CultureInfo.InvariantCulture, $"smoke: {results.Paths} paths, {results.RoutesWalked.Count} routes of {results.RoutesInAll.Count}, {results.Took.TotalSeconds:F1} s{(readOnly ? ", read-only" : "")}: ");
        text.Append(CultureInfo.InvariantCulture, $"{results.Count(SmokeOutcome.Ok)} ok, {results.Count(SmokeOutcome.Failed)} failed, {results.Count(SmokeOutcome.NotReached)} not reached, {results.Count(SmokeOutcome.Skipped)} skipped");
        return text.ToString();
    }

    /// <summary>Everything as one JSON object.</summary>
    public static string Json(SmokeResults results, ProofRun run, bool readOnly)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(run);
        return JsonSerializer.Serialize(new
        {
            holds = results.Holds,
            targets = run.Targets,
            readOnly,
            modules = results.Modules,
            silent = results.Silent,
            paths = results.Paths,
            ok = results.Count(SmokeOutcome.Ok),
            failed = results.Count(SmokeOutcome.Failed),
            notReached = results.Count(SmokeOutcome.NotReached),
            skipped = results.Count(SmokeOutcome.Skipped),
            seconds = Math.Round(results.Took.TotalSeconds, 3),
            routes = new { walked = results.RoutesWalked.Count, all = results.RoutesInAll.Count, left = results.RoutesInAll.Except(results.RoutesWalked, StringComparer.Ordinal) },
            steps = results.Steps.Select(s => new { module = s.Path, walk = s.Walk, name = s.Name, outcome = s.Outcome, milliseconds = Math.Round(s.Took.TotalMilliseconds, 1), why = s.Why, routes = s.Routes }),
        }, Web.Json.Wire);
    }

    /// <summary>JUnit XML: a suite a module, a case a step; what failed or was not reached is a failure, what was not asked is skipped.</summary>
    public static async Task WriteJUnitAsync(SmokeResults results, string file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory) Directory.CreateDirectory(directory);
        await using var writer = XmlWriter.Create(file, new XmlWriterSettings { Async = true, Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CheckCharacters = false });
        await writer.WriteStartDocumentAsync();
        await StartAsync(writer, "testsuites", ("name", "smoke"), ("time", Seconds(results.Took)));
        foreach (var module in results.Steps.GroupBy(s => s.Path))
        {
            cancel.ThrowIfCancellationRequested();
            await StartAsync(writer, "testsuite", ("name", module.Key), ("tests", Number(module.Count())), ("failures", Number(module.Count(s => s.Failure is not null))),
                ("errors", "0"), ("skipped", Number(module.Count(s => s.Outcome == SmokeOutcome.Skipped))), ("time", Seconds(TimeSpan.FromTicks(module.Sum(s => s.Took.Ticks)))));
            foreach (var step in module) await WriteAsync(writer, step);
            await writer.WriteEndElementAsync();
        }

        foreach (var silent in results.Silent)
        {
            await StartAsync(writer, "testsuite", ("name", silent), ("tests", "1"), ("failures", "1"), ("errors", "0"), ("skipped", "0"), ("time", "0"));
            await WriteAsync(writer, new SmokeStep(silent, "contributes paths", TimeSpan.Zero, "the module contributes no path"));
            await writer.WriteEndElementAsync();
        }

        await writer.WriteEndDocumentAsync();
    }

    private static async Task WriteAsync(XmlWriter writer, SmokeStep step)
    {
        await StartAsync(writer, "testcase", ("classname", $"smoke.{step.Path}.{step.Walk}"), ("name", step.Name), ("time", Seconds(step.Took)));
        if (step.Failure is { } failure)
        {
            await StartAsync(writer, "failure", ("type", step.Outcome == SmokeOutcome.NotReached ? "not-reached" : "failed"), ("message", Printable(failure)));
            await writer.WriteStringAsync(string.Join('\n', step.Routes));
            await writer.WriteEndElementAsync();
        }
        else if (step.Outcome == SmokeOutcome.Skipped)
        {
            await StartAsync(writer, "skipped", ("message", step.Why ?? ""));
            await writer.WriteEndElementAsync();
        }

        await writer.WriteEndElementAsync();
    }

    private static async Task StartAsync(XmlWriter writer, string element, params (string Name, string Value)[] attributes)
    {
        await writer.WriteStartElementAsync(null, element, null);
        foreach (var (name, value) in attributes) await writer.WriteAttributeStringAsync(null, name, null, value);
    }

    // What a broken server sends may hold characters that XML has no form for.
    private static string Printable(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));

    private static string Word(SmokeOutcome outcome) => outcome switch
    {
        SmokeOutcome.Ok => "ok  ",
        SmokeOutcome.Skipped => "skip",
        SmokeOutcome.NotReached => "MISS",
        _ => "FAIL",
    };

    private static string Seconds(TimeSpan took) => took.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
