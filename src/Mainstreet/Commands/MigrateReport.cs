using System.CommandLine;
using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Schema;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Commands;

/// <summary>What <c>migrate</c> says: for people in lines, for machines as one JSON object.</summary>
internal static class MigrateReport
{
    private static readonly JsonSerializerOptions Indented = new(Json.Wire) { WriteIndented = true };

    internal static string Name(Migration migration) => $"{migration.Module}/{migration.Number:D4}_{migration.Name}";

    internal static async Task WriteAsync(InvocationConfiguration to, MigrationReport report, IReadOnlyList<LoggedStep>? history, bool json)
    {
        if (json)
        {
            await to.Output.WriteLineAsync(JsonSerializer.Serialize(new
            {
                report.IsAtHead,
                Problems = report.Problems.ToArray(),
                Migrations = report.States.Select(s => new
                {
                    s.Migration.Module, s.Migration.Number, s.Migration.Name, s.Migration.Checksum, s.AppliedAt, s.Step?.Who, s.Step?.Program,
                    DurationMilliseconds = s.Step?.Took.TotalMilliseconds,
                }).ToArray(),
                History = history?.Select(s => new
                {
                    s.At, s.Kind, s.Module, s.Number, s.Name, s.Checksum, s.Who, s.Program, DurationMilliseconds = s.Took.TotalMilliseconds, s.Schema.Fingerprint,
                }).ToArray(),
            }, Indented));
            return;
        }

        if (history is null)
        {
            foreach (var state in report.States) await to.Output.WriteLineAsync($"{Name(state.Migration),-44}  {(state.AppliedAt is { } at ? Told(at, state.Step) : "not applied")}");
        }
        else
        {
            foreach (var step in history)
            {
                var what = step.Name.Length > 0 ? $"{step.Module}/{step.Number:D4}_{step.Name}" : $"{step.Module}/{step.Number:D4}";
                await to.Output.WriteLineAsync($"{step.Kind.ToString().ToLowerInvariant(),-8}  {what,-44}  {Told(step.At, step)}  {step.Schema.Fingerprint[..12]}");
            }
        }

        foreach (var line in report.Problems) await to.Error.WriteLineAsync(line);
    }

    internal static async Task WriteAsync(InvocationConfiguration to, MigrationPlan plan, bool json)
    {
        if (json)
        {
            await to.Output.WriteLineAsync(JsonSerializer.Serialize(new
            {
                plan.Engine, plan.Up, plan.IsRefused, plan.BacksUp, plan.Contradictions, plan.Drift,
                Steps = plan.Steps.Select(s => new
                {
                    s.Migration.Module, s.Migration.Number, s.Migration.Name, s.Migration.Checksum,
                    Statements = s.Statements.Select(t => new { t.Line, t.Text }).ToArray(), s.Findings,
                }).ToArray(),
            }, Indented));
            return;
        }

        foreach (var step in plan.Steps)
        {
            await to.Output.WriteLineAsync($"would {(plan.Up ? "apply" : "take back")} {Name(step.Migration)}");
            foreach (var statement in step.Statements) await to.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {statement.Line,4}  {Short(statement.Text)}"));
            foreach (var finding in step.Findings) await to.Output.WriteLineAsync($"  lint  {Told(finding)}");
        }

        if (plan.Steps.Count == 0) await to.Output.WriteLineAsync("there is nothing to do");
        if (plan.BacksUp) await to.Output.WriteLineAsync("would take a backup first");
        foreach (var line in plan.Contradictions.Concat(plan.Drift)) await to.Error.WriteLineAsync($"refused: {line}");
    }

    internal static async Task WriteAsync(
        InvocationConfiguration to, IReadOnlyList<(Engine Engine, Migration Migration, LintFinding Finding)> found, bool json, CancellationToken cancel)
    {
        if (json)
        {
            await to.Output.WriteLineAsync(JsonSerializer.Serialize(
                found.Select(f => new { f.Engine, f.Migration.Module, f.Migration.Number, f.Migration.Name, f.Finding }), Indented).AsMemory(), cancel);
            return;
        }

        foreach (var (engine, migration, finding) in found) await to.Error.WriteLineAsync($"{engine.ToString().ToLowerInvariant()} {Name(migration)} {Told(finding)}");
        if (found.Count == 0) await to.Output.WriteLineAsync("no finding");
    }

    private static string Told(LintFinding finding) => string.Create(CultureInfo.InvariantCulture, $"line {finding.Line}: {finding.Rule}: {finding.Statement} …: {finding.Message}");

    private static string Told(DateTimeOffset at, LoggedStep? step)
    {
        var when = at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return step is null ? when : string.Create(CultureInfo.InvariantCulture, $"{when}  {step.Took.TotalMilliseconds,6:F0} ms  {step.Who} ({step.Program.Split('+')[0]})");
    }

    private static string Short(string statement)
    {
        var line = string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 140 ? line : $"{line[..139]}…";
    }
}
