using System.CommandLine;
using System.Text.RegularExpressions;

using Mainstreet.Commands;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

/// <summary>docs/operations/commands.md names every command with its options and exit codes, and nothing else.</summary>
[Trait("kind", "unit")]
public sealed partial class CommandPageTests
{
    /// <summary>What every command has.</summary>
    private static readonly string[] Everywhere = ["--help", "--version", "--data", "--modules"];

    [Fact]
    public void The_page_names_every_command_with_its_options_and_exit_codes_and_nothing_else()
    {
        var root = RootCommandFactory.Create(
            MainstreetHost.Build, ProveCommand.Create(Parts), SmokeCommand.Create(Parts), LoadCommand.Create(Parts));
        var commands = Walk(root.Subcommands, "mainstreet").ToDictionary(c => c.Path, c => c.Command);
        var sections = Heading().Split(File.ReadAllText(CommandLine.InRepository("docs/operations/commands.md"))).Skip(1).Chunk(2).ToDictionary(c => c[0], c => c[1]);

        sections.Keys.ShouldBe(commands.Keys, ignoreOrder: true);
        foreach (var (path, command) in commands)
        {
            var named = OptionName().Matches(sections[path].Split("Exit codes:")[0]).Select(m => m.Value).Distinct().Except(Everywhere);
            named.ShouldBe(command.Options.Select(o => o.Name).Except(Everywhere), ignoreOrder: true, path);
            sections[path].ShouldContain("Exit codes: ");
            ExitCode().Matches(sections[path].Split("Exit codes:")[1]).Select(m => m.Value).ShouldContain("0", path);
        }
    }

    private static ProvingParts Parts() => throw new InvalidOperationException();

    // A group that only holds others has nothing to say.
    private static IEnumerable<(string Path, Command Command)> Walk(IEnumerable<Command> commands, string path) => commands.Where(c => !c.Hidden).SelectMany(c =>
        Walk(c.Subcommands, $"{path} {c.Name}").Concat(c.Action is null ? Enumerable.Empty<(string Path, Command Command)>() : [($"{path} {c.Name}", c)]));

    [GeneratedRegex("^### `(mainstreet [a-z -]+)`$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("(?<=`)--[a-z-]+")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"\b[0-9]+\b")]
    private static partial Regex ExitCode();
}
