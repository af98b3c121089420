using System.Diagnostics;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

/// <summary>A real bash completes with the script that the program prints.</summary>
[Trait("kind", "unit")]
public sealed class CompletionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mainstreet-completion-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static readonly (string Line, string[] Offered)[] Lines =
    [
        ("mainstreet mig", ["migrate"]),
        ("mainstreet config ", ["check", "docs", "show"]),
        ("mainstreet migrate st", ["status"]),
        ("mainstreet doctor --js", ["--json"]),
        ("mainstreet serve --Requ", ["--Requests:SlowMilliseconds"]),
        // Bash breaks words at the colon: what stands before it is not offered again.
        ("mainstreet serve --Features:Studio", ["StudioAssistant", "StudioPublishing"]),
    ];

    [Fact]
    public async Task Bash_offers_commands_options_and_settings()
    {
        if (!File.Exists("/bin/bash")) Assert.Skip("There is no bash.");
        var (code, script, error) = await CommandLine.RunAsync("completion", "bash");
        code.ShouldBe(0, error);
        // The program as it stands beside the tests.
        var program = Path.Combine(_folder.FullName, "mainstreet");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "mainstreet.dll")}' \"$@\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var file = Path.Combine(_folder.FullName, "trial.bash");
        await File.WriteAllTextAsync(file, script + """
            complete -p mainstreet >/dev/null || exit 3
            COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
            for COMP_LINE in "$@"; do
              COMP_POINT=${#COMP_LINE} COMPREPLY=()
              _mainstreet
              echo "$COMP_LINE|${COMPREPLY[*]}"
            done
            """, TestContext.Current.CancellationToken);

        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["--norc", file, .. Lines.Select(l => l.Line)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["MAINSTREET"] = program },
        })!;
        var trouble = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var answers = (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        bash.ExitCode.ShouldBe(0, await trouble);
        answers.Length.ShouldBe(Lines.Length);
        foreach (var (answer, (line, offered)) in answers.Zip(Lines))
        {
            var words = answer.Split('|')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var word in offered) words.ShouldContain(word, answer);
            if (!line.EndsWith(' ')) words.ShouldBe(offered, ignoreOrder: true, answer);
        }
    }

    [Theory]
    [InlineData("zsh", "bashcompinit")]
    [InlineData("fish", "complete -c mainstreet")]
    public async Task Other_shells_get_the_same_names(string shell, string words)
    {
        var (code, script, error) = await CommandLine.RunAsync("completion", shell);
        code.ShouldBe(0, error);
        script.ShouldContain(words);
        script.ShouldContain("--Database:MaxPoolSize");
        script.ShouldNotContain("SETTINGS", Case.Sensitive);
    }
}
