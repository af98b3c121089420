using System.CommandLine;
using System.Globalization;

using Mainstreet.Foundation.Audit;

namespace Mainstreet.Commands;

/// <summary><c>mainstreet audit verify</c>: reads the whole trail; exit code 1 and the first broken row when it is not whole.</summary>
internal static class AuditCommand
{
    private const int Shown = 20;

    internal static Command Create(HostCommand host)
    {
        var stream = new Option<string?>("--stream") { Description = "Only this stream's chain, for example ticket:{id}.", HelpName = "S" };
        var expect = new Option<string?>("--expect") { Description = "A checkpoint's hash that was kept elsewhere: it must still be there.", HelpName = "HASH" };
        var verify = new Command("verify", "Check every row's hash and every checkpoint.") { stream, expect };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(stream) is not null && result.GetValue(expect) is not null)
                result.AddError("--expect speaks of the whole trail and cannot go with --stream.");
        });
        host.Set(verify, (built, parsed, cancel) => VerifyAsync(built, parsed.GetValue(stream), parsed.GetValue(expect), parsed, cancel));
        return new Command("audit", "Verify the audit trail.") { verify };
    }

    private static async Task<int> VerifyAsync(IHost built, string? stream, string? expect, ParseResult parsed, CancellationToken cancel)
    {
        var result = await built.Services.GetRequiredService<AuditVerifier>().VerifyAsync(stream, expect, cancel);
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"rows         {result.Rows}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"streams      {result.Streams}"));
        if (stream is null)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"checkpoints  {result.Checkpoints}"));
            await output.WriteLineAsync(result.LastCheckpointHash is null
                ? "last         none yet: removed tails cannot be noticed"
                : string.Create(CultureInfo.InvariantCulture, $"last         {result.LastCheckpointHash}  (rows up to {result.CoveredUntil:yyyy-MM-dd'T'HH:mm:ss'Z'}; keep it elsewhere for --expect)"));
        }

        if (result.Ok)
        {
            await output.WriteLineAsync("the trail is whole");
            return ExitCodes.Ok;
        }

        await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"the trail is broken in {result.Broken} places; first:"));
        foreach (var finding in result.Findings.Take(Shown))
            await error.WriteLineAsync($"  {Place(finding)}{finding.Message}");
        return ExitCodes.No;
    }

    private static string Place(AuditFinding finding) =>
        finding.Stream.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{finding.Stream} row {finding.Seq}: ");
}
