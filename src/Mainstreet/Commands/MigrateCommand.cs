using System.CommandLine;
using System.Globalization;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Commands;

/// <summary><c>mainstreet migrate [up]</c>, <c>migrate down --module X --steps N</c>, <c>migrate status</c>.</summary>
internal static class MigrateCommand
{
    internal static Command Create(HostCommand host)
    {
        var command = new Command("migrate", "Bring the database's schema to head, or take steps back.");
        host.Set(command, UpAsync);
        var up = new Command("up", "Apply what is missing (the default).");
        host.Set(up, UpAsync);

        var module = new Option<string>("--module") { Description = "Whose migrations to take back.", HelpName = "X", Required = true };
        var steps = new Option<int>("--steps") { Description = "How many, newest first.", HelpName = "N", DefaultValueFactory = _ => 1 };
        steps.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValue(steps) < 1) result.AddError("--steps must be at least 1.");
        });
        var down = new Command("down", "Take a module's last migrations back. Data in what they made is lost.") { module, steps };
        host.Set(down, (built, parsed, cancel) => DownAsync(built, parsed.GetRequiredValue(module), parsed.GetValue(steps), parsed, cancel));

        var status = new Command("status", "List the migrations and when they were applied. Exit code 1 when some are missing.");
        host.Set(status, StatusAsync);
        command.Subcommands.Add(up);
        command.Subcommands.Add(down);
        command.Subcommands.Add(status);
        return command;
    }

    private static async Task<int> UpAsync(IHost built, ParseResult parsed, CancellationToken cancel)
    {
        var applied = await built.Services.GetRequiredService<Migrator>().UpAsync(cancel);
        foreach (var migration in applied) await parsed.InvocationConfiguration.Output.WriteLineAsync($"applied {Name(migration)}");
        if (applied.Count == 0) await parsed.InvocationConfiguration.Output.WriteLineAsync("the schema is at head");
        return ExitCodes.Ok;
    }

    private static async Task<int> DownAsync(IHost built, string module, int steps, ParseResult parsed, CancellationToken cancel)
    {
        var undone = await built.Services.GetRequiredService<Migrator>().DownAsync(module, steps, cancel);
        foreach (var migration in undone) await parsed.InvocationConfiguration.Output.WriteLineAsync($"took back {Name(migration)}");
        if (undone.Count > 0) return ExitCodes.Ok;
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: there is nothing to take back of '{module}'");
        return ExitCodes.No;
    }

    private static async Task<int> StatusAsync(IHost built, ParseResult parsed, CancellationToken cancel)
    {
        var states = await built.Services.GetRequiredService<Migrator>().StatusAsync(cancel);
        foreach (var state in states)
        {
            var at = state.AppliedAt?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "not applied";
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{Name(state.Migration),-44}  {at}");
        }

        return states.Any(s => s.AppliedAt is null) ? ExitCodes.No : ExitCodes.Ok;
    }

    private static string Name(Migration migration) => $"{migration.Module}/{migration.Number:D4}_{migration.Name}";
}
