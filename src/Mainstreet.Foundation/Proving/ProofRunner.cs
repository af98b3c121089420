using System.Text;
using System.Text.Json;

namespace Mainstreet.Foundation.Proving;

/// <summary>Runs proofs and writes down what they found.</summary>
public static class ProofRunner
{
    /// <summary>Runs a proof; writes the HTML report and, beside it, the history as JSON Lines when a path is given.</summary>
    /// <exception cref="ProofException">The run could not be made.</exception>
    public static async Task<ProofReport> RunAsync(IProof proof, ProofRun run, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(run);
        ProofReport report;
        try
        {
            report = await proof.RunAsync(run, cancel);
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException or JsonException)
        {
            throw new ProofException($"An answer has not the shape that the contract gives it: {failure.Message}", failure);
        }

        if (run.ReportPath is { } path)
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) Directory.CreateDirectory(directory);
            await File.WriteAllTextAsync(path, HtmlReport.Write(report), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancel);
            await History.WriteAsync(report.Operations, HistoryPath(path), cancel);
        }

        return report;
    }

    /// <summary>Where the history of a report goes.</summary>
    public static string HistoryPath(string reportPath) => Path.ChangeExtension(reportPath, ".jsonl");
}
