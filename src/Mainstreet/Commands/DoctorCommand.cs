using System.CommandLine;

using Mainstreet.Foundation.Doctor;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet doctor [--json]</c>: looks at database, machine and deployment, and says of each thing it finds what, how bad and what to do. Exit code 0
/// nothing serious, 1 something of severity high, 69 the database cannot be reached. Changes nothing.
/// </summary>
internal static class DoctorCommand
{
    internal static Command Create(HostCommand host)
    {
        var json = JsonOutput.Option();
        var command = new Command("doctor", "Look for what is wrong with database, machine and deployment, with the remedy. Exit code 1 when something is serious.") { json };
        host.Set(command, async (built, parsed, cancel) =>
        {
            var report = await built.Services.GetRequiredService<Examination>().ExamineAsync(cancel);
            if (parsed.GetValue(json)) await JsonOutput.WriteAsync(parsed, new { report.Engine, report.Serious, report.Checks, report.Findings });
            else await WriteAsync(report, parsed.InvocationConfiguration.Output);
            return report.Serious ? ExitCodes.No : ExitCodes.Ok;
        });
        return command;
    }

    private static async Task WriteAsync(DoctorReport report, TextWriter output)
    {
        foreach (var finding in report.Findings)
        {
            await output.WriteLineAsync($"{finding.Severity.ToString().ToUpperInvariant(),-6}  {finding.Check}: {finding.What}");
            await output.WriteLineAsync($"        {finding.Evidence}");
            await output.WriteLineAsync($"        > {finding.Remedy}");
        }

        var failed = report.Checks.Count(c => c.Failed is not null);
        await output.WriteLineAsync($"{report.Checks.Count} checks on {report.Engine}, {report.Findings.Count} findings, {report.Findings.Count(f => f.Severity == Severity.High)} serious{(failed > 0 ? $", {failed} could not be made" : "")}.");
    }
}
