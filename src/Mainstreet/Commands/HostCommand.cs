using System.CommandLine;
using System.Net.Sockets;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;

using Microsoft.AspNetCore.Connections;

using Npgsql;

namespace Mainstreet.Commands;

/// <summary>
/// What the commands that need the program's services have in common: <c>--data</c>, <c>--modules</c>, settings as
/// <c>--Key value</c>, and one line instead of a stack trace for what may be expected to fail.
/// </summary>
/// <param name="build">Builds the host from configuration arguments; starts nothing.</param>
internal sealed class HostCommand(Func<string[], IHost> build)
{
    /// <summary>A command's answer goes to standard output alone; what fails is told in one line.</summary>
    internal static readonly string[] Quiet =
    [
        "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None", "--Logging:Console:LogToStandardErrorThreshold=Trace",
    ];

    private readonly Option<string?> _data = new("--data") { Description = "Folder of the SQLite file, photos and keys. Default: data.", HelpName = "DIR" };
    private readonly Option<string?> _modules = new("--modules") { Description = "Modules to load, separated by commas. Default: all.", HelpName = "a,b" };

    /// <summary>Makes the command take the common options and run on a built host.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">The work; answers the exit code.</param>
    /// <param name="arguments">Further configuration arguments, read from the command's own options.</param>
    internal void Set(Command command, Func<IHost, ParseResult, CancellationToken, Task<int>> run, Func<ParseResult, IEnumerable<string>>? arguments = null) =>
        Take(command, (parsed, given, cancel) => RunAsync(parsed, async () =>
        {
            // What the caller gives comes last and wins.
            using var host = build([.. arguments?.Invoke(parsed) ?? Quiet, .. given]);
            return await run(host, parsed, cancel);
        }));

    /// <summary>Like <see cref="Set"/>, for work that wants the configuration report even when the host cannot be built.</summary>
    internal void SetReport(Command command, Func<ConfigurationReport, ParseResult, Task<int>> run) =>
        Take(command, (parsed, given, _) => RunAsync(parsed, async () =>
        {
            ConfigurationReport report;
            try
            {
                using var host = build(given);
                report = ConfigurationReport.Check(host.Services);
            }
            catch (ConfigurationException wrong)
            {
                report = wrong.Report;
            }

            return await run(report, parsed);
        }));

    private void Take(Command command, Func<ParseResult, string[], CancellationToken, Task<int>> act)
    {
        command.Options.Add(_data);
        command.Options.Add(_modules);
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = SettingArguments.Read(parsed.UnmatchedTokens);
            if (settings.Refused is { } refused)
            {
                if (NearestName.Among(command.Subcommands.Select(c => c.Name), parsed.UnmatchedTokens[0]) is { } near) refused = $"there is no command '{parsed.UnmatchedTokens[0]}'; did you mean '{near}'?";
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: {refused}");
                return ExitCodes.Usage;
            }

            var given = settings.Arguments.ToList();
            if (parsed.GetValue(_data) is { } data) given.Add($"--Data={data}");
            if (parsed.GetValue(_modules) is { } modules) given.Add($"--Modules={modules}");
            return await act(parsed, [.. given], cancel);
        });
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<Task<int>> work)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            return await work();
        }
        catch (Exception exception) when (Explain(exception) is var (code, line))
        {
            await error.WriteLineAsync(line);
            return code;
        }
    }

    /// <summary>The exit code and the line for an expected failure; null for a bug, which keeps its stack trace.</summary>
    internal static (int Code, string Line)? Explain(Exception exception) => exception switch
    {
        ConfigurationException wrong => (ExitCodes.Configuration, wrong.Message),
        Microsoft.Extensions.Options.OptionsValidationException wrong => (ExitCodes.Configuration, "The configuration is wrong:\n  " + string.Join("\n  ", wrong.Failures)),
        InvalidDataException or FormatException => (ExitCodes.Configuration, $"mainstreet: {Innermost(exception)}"),
        InvalidOperationException { TargetSite.DeclaringType.Assembly: var assembly } own when assembly == typeof(HostCommand).Assembly =>
            (ExitCodes.Configuration, $"mainstreet: {own.Message}"),
        BackupException failed => (failed.Failure switch
        {
            BackupFailure.Unavailable => ExitCodes.Unavailable,
            BackupFailure.Configuration => ExitCodes.Configuration,
            _ => ExitCodes.No,
        }, $"mainstreet: {failed.Message}"),
        MigrationException failed => (ExitCodes.No, $"mainstreet: {failed.Message}"),
        PostgresException { SqlState: "3D000" or "28P01" or "28000" } refused => (ExitCodes.Unavailable, $"mainstreet: PostgreSQL refuses: {refused.MessageText}"),
        PostgresException { SqlState: "42P01" or "3F000" } => (ExitCodes.Unavailable, "mainstreet: the database lacks its tables: run 'mainstreet migrate'"),
        Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 1 } broken when broken.Message.Contains("no such table", StringComparison.Ordinal) =>
            (ExitCodes.Unavailable, "mainstreet: the database lacks its tables: run 'mainstreet migrate'"),
        IOException { InnerException: AddressInUseException } or AddressInUseException => (ExitCodes.Unavailable, $"mainstreet: {exception.Message}"),
        NpgsqlException { InnerException: SocketException or TimeoutException } away =>
            (ExitCodes.Unavailable, $"mainstreet: the database cannot be reached: {away.Message} ({Innermost(away)})"),
        _ when Storage.IsUnavailable(exception) => (ExitCodes.Unavailable, $"mainstreet: the database cannot be reached: {Innermost(exception)}"),
        OperationCanceledException => (ExitCodes.Interrupted, "mainstreet: stopped"),
        _ => null,
    };

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
