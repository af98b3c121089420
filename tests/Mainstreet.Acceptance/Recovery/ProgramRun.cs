using System.Diagnostics;

using Mainstreet.Testing;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>A command of the program (or another program), run to its end.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>Everything that it said.</summary>
    internal string Said => Output + Error;

    /// <summary><c>mainstreet ARGUMENTS</c> in a process of its own.</summary>
    internal static Task<ProgramRun> MainstreetAsync(IReadOnlyDictionary<string, string?> settings, string? failpoint, params string[] arguments) =>
        RunAsync("dotnet", [ServerProcess.Assembly(), .. arguments], start =>
        {
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
            start.Environment["DOTNET_ENVIRONMENT"] = "Development";
            start.Environment["MAINSTREET_FAILPOINT"] = failpoint ?? "";
            foreach (var (key, value) in settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        });

    /// <param name="database">Where it works.</param>
    /// <param name="failpoint">Where it kills itself; null runs it to its end.</param>
    /// <param name="arguments">The command.</param>
    /// <returns>Its exit code (137 when it was killed) and what it wrote.</returns>
    internal static async Task<(int Code, string Output)> RunAsync(TestDatabase database, string? failpoint, params string[] arguments)
    {
        var run = await MainstreetAsync(database.Settings, failpoint, [.. arguments, "--data", database.Data.Root]);
        return (run.ExitCode, run.Said);
    }

    internal static async Task<ProgramRun> RunAsync(string program, IEnumerable<string> arguments, Action<ProcessStartInfo>? with = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        with?.Invoke(start);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return new ProgramRun(process.ExitCode, await output, await error);
    }
}
