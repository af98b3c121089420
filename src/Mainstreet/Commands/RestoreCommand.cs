using System.CommandLine;
using System.Globalization;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Files;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Commands;

/// <summary><c>mainstreet restore --from FOLDER [--to-data DIR] [--to-connection TEXT] [--replace]</c>.</summary>
internal static class RestoreCommand
{
    internal static Command Create(HostCommand host)
    {
        var from = new Option<string>("--from") { Description = "The backup's folder.", HelpName = "FOLDER", Required = true };
        var toData = new Option<string?>("--to-data") { Description = "Restore into this folder: files, and the SQLite database. Default: the configured place.", HelpName = "DIR" };
        var toConnection = new Option<string?>("--to-connection")
        {
            Description = "Restore into this PostgreSQL database, made when it does not exist. Leave the password to PGPASSWORD or PGPASSFILE. Default: the configured one.", HelpName = "TEXT",
        };
        var replace = new Option<bool>("--replace") { Description = "Replace what is there, after a backup of it. Servers must be stopped." };
        var json = BackupCommand.JsonOption();
        var command = new Command("restore", "Restore a backup into an empty place, and compare it.") { from, toData, toConnection, replace, json };
        host.Set(command, async (built, parsed, cancel) =>
        {
            var summary = await ProgressBars.ShowAsync(progress =>
                BackupCommand.Backups(built).RestoreAsync(new RestoreRequest(parsed.GetRequiredValue(from), parsed.GetValue(replace), progress), cancel));
            if (parsed.GetValue(json)) return await BackupCommand.WriteAsync(parsed, summary);
            var output = parsed.InvocationConfiguration.Output;
            if (summary.Replaced is { } replaced) await output.WriteLineAsync($"what was there is in {replaced}");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"restored the state of {summary.At:yyyy-MM-dd'T'HH:mm:ss'Z'}: {summary.Rows} rows of {summary.Tables} tables and {summary.Files} files compared, {summary.Migrations} migrations, {BackupCommand.Span(summary.Took)}"));
            return ExitCodes.Ok;
        }, parsed => [.. HostCommand.Quiet, .. Target(parsed.GetRequiredValue(from), parsed.GetValue(toData), parsed.GetValue(toConnection))]);
        return command;
    }

    private static IEnumerable<string> Target(string from, string? data, string? connection)
    {
        if (data is not null)
        {
            yield return $"--Data={data}";
            // Files go to the folder too, whatever store is configured.
            yield return $"--Files:Store={FileStoreOptions.Folder}";
            yield return $"--Files:Root={Path.Combine(data, "files")}";
            // A configured database elsewhere must not be what is restored into. A backup of PostgreSQL goes to the configured server, its files to the folder.
            if (connection is null && File.Exists(Path.Combine(from, "database.sqlite")))
            {
                yield return "--Database:Provider=sqlite";
                yield return $"--Database:ConnectionString={new SqliteConnectionStringBuilder { DataSource = Path.Combine(Path.GetFullPath(data), "mainstreet.db") }.ConnectionString}";
            }
        }

        if (connection is null) yield break;
        yield return "--Database:Provider=postgres";
        yield return $"--Database:ConnectionString={connection}";
    }
}
