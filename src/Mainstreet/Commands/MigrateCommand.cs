using System.CommandLine;
using System.Globalization;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Schema;

namespace Mainstreet.Commands;

/// <summary><c>mainstreet migrate up|down|plan|status|check|lint</c>; <c>up</c> is the default.</summary>
internal sealed class MigrateCommand(HostCommand host)
{
    private readonly Option<string?> _upTo = new("--to") { Description = "The last step to take; default: all.", HelpName = "MODULE/NNNN" };
    private readonly Option<string?> _module = new("--module") { Description = "Whose steps to take back.", HelpName = "X" };
    private readonly Option<int?> _downTo = new("--to") { Description = "The number to stay at; 0 takes the whole module back.", HelpName = "N" };
    private readonly Option<int?> _steps = new("--steps") { Description = "How many, newest first. Default: 1.", HelpName = "N" };
    private readonly Option<bool> _all = new("--all") { Description = "All steps of all modules, the last module first." };
    private readonly Option<bool> _accept = new("--accept-drift") { Description = "Record what somebody changed in the schema by hand, and go on." };
    private readonly Option<bool> _noBackup = new("--no-backup") { Description = "Take no backup before the first step." };
    private readonly Option<bool> _dry = new("--dry-run") { Description = "Say what would be done, and change nothing." };
    private readonly Option<bool> _history = new("--history") { Description = "Every step ever taken, up and down." };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in JSON." };

    internal Command Create()
    {
        _upTo.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && Target(result.GetValue(_upTo)) is null) result.AddError("--to names a step as module/number, for example trades/0002.");
        });
        _steps.Validators.Add(result =>
        {
            if (result.GetValue(_steps) < 1) result.AddError("--steps must be at least 1.");
        });
        _downTo.Validators.Add(result =>
        {
            if (result.GetValue(_downTo) < 0) result.AddError("--to must be at least 0.");
        });

        var command = new Command("migrate", "Bring the database's schema to head, or take steps back.") { _noBackup };
        host.Set(command, (built, parsed, cancel) => UpAsync(built, Up(built, parsed), parsed, cancel));

        var up = new Command("up", "Apply what is missing (the default).") { _upTo, _accept, _noBackup, _dry };
        host.Set(up, (built, parsed, cancel) => parsed.GetValue(_dry) ? PlanAsync(built, parsed, false, cancel) : UpAsync(built, Up(built, parsed), parsed, cancel));
        var plan = new Command("plan", "Say what 'up' would do, and change nothing. Exit code 1 when it would be refused.") { _upTo, _noBackup, _json };
        host.Set(plan, (built, parsed, cancel) => PlanAsync(built, parsed, parsed.GetValue(_json), cancel));

        var down = new Command("down", "Take steps back, newest first. Data in what they made is lost.") { _module, _downTo, _steps, _all, _accept, _noBackup, _dry };
        down.Validators.Add(result =>
        {
            if (result.GetValue(_all) == result.GetValue(_module) is not null) result.AddError("down needs --module X, or --all.");
            if (result.GetValue(_downTo) is not null && result.GetValue(_steps) is not null) result.AddError("--to and --steps exclude each other.");
            if (result.GetValue(_all) && (result.GetValue(_downTo) ?? result.GetValue(_steps)) is not null) result.AddError("--all takes back everything: it goes without --to and --steps.");
        });
        host.Set(down, DownAsync);

        var status = new Command("status", "List the steps and when they were taken, and what is wrong. Exit code 1 when some are missing or something is wrong.") { _history, _json };
        host.Set(status, StatusAsync);
        var check = new Command("check", "Compare the live schema with what the steps left, and let the engine check it. Exit code 1 when something is wrong.") { _accept };
        host.Set(check, CheckAsync);
        var lint = new Command("lint", "Look for statements that block or destroy, in the migrations of this program on both engines. Exit code 1 when there are any.") { _json };
        host.Set(lint, LintAsync);
        foreach (var each in new[] { up, down, plan, status, check, lint }) command.Subcommands.Add(each);
        return command;
    }

    private static async Task<int> UpAsync(IHost built, UpRequest request, ParseResult parsed, CancellationToken cancel)
    {
        var applied = await built.Services.GetRequiredService<Migrator>().UpAsync(request, cancel);
        foreach (var migration in applied) await parsed.InvocationConfiguration.Output.WriteLineAsync($"applied {MigrateReport.Name(migration)}");
        if (applied.Count == 0) await parsed.InvocationConfiguration.Output.WriteLineAsync(request.To is null ? "the schema is at head" : "there is nothing to apply");
        return ExitCodes.Ok;
    }

    private async Task<int> PlanAsync(IHost built, ParseResult parsed, bool json, CancellationToken cancel) =>
        await ShowAsync(await built.Services.GetRequiredService<Migrator>().PlanAsync(Up(built, parsed), cancel), parsed, json);

    private async Task<int> DownAsync(IHost built, ParseResult parsed, CancellationToken cancel)
    {
        var migrator = built.Services.GetRequiredService<Migrator>();
        var (module, to) = (parsed.GetValue(_module), parsed.GetValue(_downTo));
        var request = new DownRequest
        {
            Module = module,
            To = to,
            Steps = parsed.GetValue(_steps) ?? (module is not null && to is null ? 1 : null),
            AcceptDrift = parsed.GetValue(_accept),
            Backup = Backup(built, parsed),
        };
        if (parsed.GetValue(_dry)) return await ShowAsync(await migrator.PlanAsync(request, cancel), parsed, false);
        var undone = await migrator.DownAsync(request, cancel);
        foreach (var migration in undone) await parsed.InvocationConfiguration.Output.WriteLineAsync($"took back {MigrateReport.Name(migration)}");
        if (undone.Count > 0) return ExitCodes.Ok;
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: there is nothing to take back{(module is null ? "" : $" of '{module}'")}");
        return ExitCodes.No;
    }

    private async Task<int> StatusAsync(IHost built, ParseResult parsed, CancellationToken cancel)
    {
        var migrator = built.Services.GetRequiredService<Migrator>();
        var report = await migrator.InspectAsync(validate: false, cancel);
        var history = parsed.GetValue(_history) ? await migrator.HistoryAsync(cancel) : null;
        await MigrateReport.WriteAsync(parsed.InvocationConfiguration, report, history, parsed.GetValue(_json));
        return report.IsAtHead && !report.Problems.Any() ? ExitCodes.Ok : ExitCodes.No;
    }

    private async Task<int> CheckAsync(IHost built, ParseResult parsed, CancellationToken cancel)
    {
        var migrator = built.Services.GetRequiredService<Migrator>();
        if (parsed.GetValue(_accept))
        {
            foreach (var line in await migrator.AcceptDriftAsync(cancel)) await parsed.InvocationConfiguration.Output.WriteLineAsync($"accepted {line}");
        }

        var problems = (await migrator.InspectAsync(validate: true, cancel)).Problems.ToList();
        foreach (var line in problems) await parsed.InvocationConfiguration.Error.WriteLineAsync(line);
        if (problems.Count == 0) await parsed.InvocationConfiguration.Output.WriteLineAsync("the schema is as its steps left it");
        return problems.Count == 0 ? ExitCodes.Ok : ExitCodes.No;
    }

    private async Task<int> LintAsync(IHost built, ParseResult parsed, CancellationToken cancel)
    {
        var found = built.Services.GetServices<MigrationSource>()
            .SelectMany(s => Enum.GetValues<Engine>().SelectMany(e => s.Load(e).SelectMany(m => MigrationLint.Check(m.Up, e).Select(f => (Engine: e, Migration: m, Finding: f))))).ToList();
        await MigrateReport.WriteAsync(parsed.InvocationConfiguration, found, parsed.GetValue(_json), cancel);
        return found.Count == 0 ? ExitCodes.Ok : ExitCodes.No;
    }

    private static async Task<int> ShowAsync(MigrationPlan plan, ParseResult parsed, bool json)
    {
        await MigrateReport.WriteAsync(parsed.InvocationConfiguration, plan, json);
        return plan.IsRefused ? ExitCodes.No : ExitCodes.Ok;
    }

    private UpRequest Up(IHost built, ParseResult parsed) =>
        new() { To = Target(parsed.GetValue(_upTo)), AcceptDrift = parsed.GetValue(_accept), Backup = Backup(built, parsed) };

    /// <summary>Steps change the database only, so its files stay out.</summary>
    private Func<CancellationToken, Task>? Backup(IHost built, ParseResult parsed) => parsed.GetValue(_noBackup) ? null : async cancel =>
    {
        try
        {
            var taken = await built.Services.GetRequiredService<IBackups>().CreateAsync(new BackupRequest { Reason = "before-migration", Files = false }, cancel);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"backed up to {taken.Path}");
        }
        catch (BackupException failed)
        {
            throw new MigrationException($"No backup could be taken, so no step was: {failed.Message} (--no-backup goes without).", failed);
        }
    };

    /// <summary><c>trades/0002</c>, <c>trades/2</c> or <c>trades/0002_contractors</c>.</summary>
    private static (string Module, int Number)? Target(string? text)
    {
        var parts = text?.Split('/', 2) ?? [];
        return parts.Length == 2 && int.TryParse(parts[1].Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (parts[0], number) : null;
    }
}
