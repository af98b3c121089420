using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

using Mainstreet.Foundation.Backups;

namespace Mainstreet.Commands;

/// <summary><c>mainstreet backup</c> and below it <c>list</c>, <c>verify</c>, <c>prune</c>, <c>drill</c>.</summary>
internal static class BackupCommand
{
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    internal static Option<bool> JsonOption() => new("--json") { Description = "Answer as JSON." };

    internal static Command Create(HostCommand host)
    {
        var to = new Option<string?>("--to") { Description = "Folder that holds backups. Default: Backup:Folder, else 'backups' in the data folder.", HelpName = "FOLDER" };
        var encrypt = new Option<bool>("--encrypt") { Description = "Encrypt with Backup:Key or Backup:Passphrase." };
        var noFiles = new Option<bool>("--no-files") { Description = "Leave photos and other files out." };
        var json = JsonOption();
        var command = new Command("backup", "Take a backup of the database and its files, while servers go on.") { to, encrypt, noFiles, json };
        host.Set(command, (built, parsed, cancel) => CreateAsync(
            built, new BackupRequest { Folder = parsed.GetValue(to), Encrypt = parsed.GetValue(encrypt) ? true : null, Files = !parsed.GetValue(noFiles) }, parsed.GetValue(json), parsed, cancel));
        command.Subcommands.Add(CreateList(host));
        command.Subcommands.Add(CreateVerify(host));
        command.Subcommands.Add(CreatePrune(host));
        command.Subcommands.Add(CreateDrill(host));
        return command;
    }

    private static Command CreateList(HostCommand host)
    {
        var folder = InOption();
        var json = JsonOption();
        var command = new Command("list", "List the backups in the folder, newest first.") { folder, json };
        host.Set(command, async (built, parsed, cancel) =>
        {
            var entries = await Backups(built).ListAsync(parsed.GetValue(folder), cancel);
            if (parsed.GetValue(json)) return await WriteAsync(parsed, entries);
            foreach (var entry in entries)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(entry.Damage is { } damage
                    ? $"{entry.Name}  damaged: {damage}"
                    : string.Create(CultureInfo.InvariantCulture, $"{entry.Name}  {entry.At:yyyy-MM-dd'T'HH:mm:ss'Z'}  {entry.Engine}  {Size(entry.Bytes ?? 0)}{(entry.Encrypted is true ? "  encrypted" : "")}"));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateVerify(HostCommand host)
    {
        var path = new Argument<string?>("backup") { Description = "The backup's folder. Default: the newest.", Arity = ArgumentArity.ZeroOrOne };
        var json = JsonOption();
        var command = new Command("verify", "Compare every byte of a backup with its checksums. Exit code 1 when something is wrong.") { path, json };
        host.Set(command, async (built, parsed, cancel) =>
        {
            var backups = Backups(built);
            var chosen = parsed.GetValue(path) ?? (await backups.ListAsync(null, cancel) is [var newest, ..] ? newest.Path : null)
                ?? throw new BackupException(BackupFailure.Refused, "there is no backup");
            var check = await ProgressBars.ShowAsync(progress => backups.VerifyAsync(chosen, progress, cancel));
            if (parsed.GetValue(json)) return await WriteAsync(parsed, check, check.Good);
            var seals = check.SealsChecked switch { true => ", seals too", false => "; the seals were not, for want of the key", null => "" };
            if (check.Good) await parsed.InvocationConfiguration.Output.WriteLineAsync($"{check.Path} is whole: {Size(check.Bytes)} read and compared{seals}");
            foreach (var finding in check.Findings) await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: {finding}");
            return check.Good ? ExitCodes.Ok : ExitCodes.No;
        });
        return command;
    }

    private static Command CreatePrune(HostCommand host)
    {
        var folder = InOption();
        Option<int?> Keep(string name, string what) => new($"--keep-{name}") { Description = $"Keep {what}.", HelpName = "N" };
        var last = Keep("last", "the newest N");
        var daily = Keep("daily", "the newest of each of N days");
        var weekly = Keep("weekly", "the newest of each of N weeks");
        var monthly = Keep("monthly", "the newest of each of N months");
        var dry = new Option<bool>("--dry-run") { Description = "Delete nothing; say what would be deleted." };
        var json = JsonOption();
        var command = new Command("prune", "Delete backups that no rule keeps: never the last good one, nothing that is no backup.") { folder, last, daily, weekly, monthly, dry, json };
        foreach (var option in new[] { last, daily, weekly, monthly })
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var count) && count < 0) result.AddError($"{option.Name} must be 0 or more.");
            });
        }

        host.Set(command, async (built, parsed, cancel) =>
        {
            var given = new[] { last, daily, weekly, monthly }.Select(option => parsed.GetValue(option)).ToArray();
            var rules = given.All(g => g is null) ? null : new RetentionRules(given[0] ?? 0, given[1] ?? 0, given[2] ?? 0, given[3] ?? 0);
            var summary = await Backups(built).PruneAsync(new PruneRequest(parsed.GetValue(folder), rules, parsed.GetValue(dry)), cancel);
            if (parsed.GetValue(json)) return await WriteAsync(parsed, summary);
            foreach (var kept in summary.Kept) await parsed.InvocationConfiguration.Output.WriteLineAsync($"keep    {kept.Name}  ({string.Join(", ", kept.Because)})");
            foreach (var name in summary.Deleted) await parsed.InvocationConfiguration.Output.WriteLineAsync($"{(summary.DryRun ? "would delete" : "deleted")} {name}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateDrill(HostCommand host)
    {
        var from = new Option<string?>("--from") { Description = "The backup to try. Default: a new one.", HelpName = "FOLDER" };
        var newest = new Option<bool>("--newest") { Description = "Try the newest backup instead of taking one." };
        var json = JsonOption();
        var command = new Command("drill", "Restore a backup to a scratch place, compare it, and say what would be lost and how long it took. Exit code 1 when it cannot be restored.") { from, newest, json };
        host.Set(command, async (built, parsed, cancel) =>
        {
            var report = await ProgressBars.ShowAsync(progress => Backups(built).DrillAsync(new DrillRequest(parsed.GetValue(from), parsed.GetValue(newest), progress), cancel));
            if (parsed.GetValue(json)) return await WriteAsync(parsed, report, report.Good);
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync($"backup          {report.Backup}");
            foreach (var finding in report.Findings) await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: {finding}");
            if (!report.Good) return ExitCodes.No;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"recovery point  {report.At:yyyy-MM-dd'T'HH:mm:ss'Z'}, {Span(report.RecoveryPoint!.Value)} before the drill"));
            await output.WriteLineAsync($"recovery time   {Span(report.RecoveryTime)}");
            await output.WriteLineAsync(report.NewestRow is { } row ? string.Create(CultureInfo.InvariantCulture, $"newest row      {row:yyyy-MM-dd'T'HH:mm:ss'Z'}") : "newest row      none in the audit trail");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"compared        {report.Rows} rows of {report.Tables} tables, {report.Files} files"));
            await output.WriteLineAsync("the backup can be restored");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<int> CreateAsync(IHost built, BackupRequest request, bool json, ParseResult parsed, CancellationToken cancel)
    {
        var summary = await ProgressBars.ShowAsync(progress => Backups(built).CreateAsync(request with { Progress = progress }, cancel));
        if (json) return await WriteAsync(parsed, summary);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(summary.Path);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Rows} rows of {summary.Tables} tables, {summary.Files} files, {Size(summary.Bytes)}{(summary.Encrypted ? ", encrypted" : "")}, {Span(summary.Took)}"));
        if (summary.MissingFiles > 0)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"mainstreet: warning: {summary.MissingFiles} files that rows name were not in the file store"));
        return ExitCodes.Ok;
    }

    internal static IBackups Backups(IHost built) => built.Services.GetRequiredService<IBackups>();

    internal static async Task<int> WriteAsync<T>(ParseResult parsed, T answer, bool good = true)
    {
        await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(answer, Json));
        return good ? ExitCodes.Ok : ExitCodes.No;
    }

    internal static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");

    internal static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    private static Option<string?> InOption() => new("--in") { Description = "Folder that holds backups. Default: Backup:Folder, else 'backups' in the data folder.", HelpName = "FOLDER" };
}
