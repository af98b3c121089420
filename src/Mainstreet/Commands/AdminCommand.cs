using System.CommandLine;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Spectre.Console;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet admin</c>. <c>create</c> makes the first administrator in production; its password comes from <c>MAINSTREET_ADMIN_PASSWORD</c>,
/// from standard input or from a prompt, never from an argument, which every process of the machine could read.
/// </summary>
internal static class AdminCommand
{
    internal const string PasswordVariable = "MAINSTREET_ADMIN_PASSWORD";

    internal static Command Create(HostCommand host)
    {
        var email = new Option<string>("--email") { Description = "The account's e-mail address.", HelpName = "ADDRESS", Required = true };
        var name = new Option<string>("--display-name") { Description = "The name that others see.", HelpName = "NAME", Required = true };
        var create = new Command("create", $"Make an administrator. The password is read from {PasswordVariable}, standard input or a prompt.") { email, name };
        host.Set(create, (built, parsed, cancel) => CreateAsync(built, parsed.GetRequiredValue(email), parsed.GetRequiredValue(name), parsed, cancel));
        return new Command("admin", "Administrators, and people who locked themselves out or must be kept out.")
        {
            create,
            Act(host, new Command("reset-second-factor", "Let somebody in by the password alone who lost authenticator, phone and recovery codes; ends their sessions."),
                "signs in by its password alone", (who, address, cancel) => who.ResetSecondFactorAsync(address, cancel)),
            Act(host, new Command("reset-password", $"Give an account another password, read from {PasswordVariable}, standard input or a prompt; ends its sessions."),
                "has another password", (who, address, password, cancel) => who.ResetPasswordAsync(address, password, cancel)),
            Act(host, new Command("disable", "Close an account: its sessions end and nobody signs in to it."), "is disabled", (who, address, cancel) => who.DisableAsync(address, cancel)),
            Act(host, new Command("enable", "Open a closed account again."), "is enabled", (who, address, cancel) => who.EnableAsync(address, cancel)),
            Act(host, new Command("confirm-email", "Take your word that the e-mail is its account's."), "has a confirmed e-mail", (who, address, cancel) => who.ConfirmEmailAsync(address, cancel)),
        };
    }

    private static Command Act(HostCommand host, Command command, string told, Func<IAdministrators, string, CancellationToken, Task<Outcome<Guid>>> act)
    {
        var whose = new Option<string>("--email") { Description = "The account's e-mail address.", HelpName = "ADDRESS", Required = true };
        command.Options.Add(whose);
        host.Set(command, async (built, parsed, cancel) =>
        {
            await using var scope = built.Services.CreateAsyncScope();
            return await TellAsync(await act(scope.ServiceProvider.GetRequiredService<IAdministrators>(), parsed.GetRequiredValue(whose), cancel), told, parsed);
        });
        return command;
    }

    private static Command Act(HostCommand host, Command command, string told, Func<IAdministrators, string, string, CancellationToken, Task<Outcome<Guid>>> act)
    {
        var whose = new Option<string>("--email") { Description = "The account's e-mail address.", HelpName = "ADDRESS", Required = true };
        command.Options.Add(whose);
        host.Set(command, async (built, parsed, cancel) =>
        {
            if (await ReadPasswordAsync(cancel) is not { Length: > 0 } password) return await NoPasswordAsync(parsed);
            await using var scope = built.Services.CreateAsyncScope();
            return await TellAsync(await act(scope.ServiceProvider.GetRequiredService<IAdministrators>(), parsed.GetRequiredValue(whose), password, cancel), told, parsed);
        });
        return command;
    }

    private static async Task<int> TellAsync(Outcome<Guid> outcome, string told, ParseResult parsed)
    {
        if (outcome.Ok)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"account {outcome.Value:D} {told}");
            return ExitCodes.Ok;
        }

        if (outcome.Problem.Status != 404) return await RefusedAsync(outcome.Problem, parsed);
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: {outcome.Problem.Code}: there is no account with this e-mail");
        return ExitCodes.No;
    }

    private static async Task<int> NoPasswordAsync(ParseResult parsed)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: no password: set {PasswordVariable} or write it to standard input");
        return ExitCodes.Usage;
    }

    private static async Task<int> RefusedAsync(Problem problem, ParseResult parsed)
    {
        var error = parsed.InvocationConfiguration.Error;
        await error.WriteLineAsync($"mainstreet: {problem.Code}: {problem.Detail ?? problem.Title}");
        foreach (var (field, messages) in problem.Errors ?? new Dictionary<string, string[]>())
            await error.WriteLineAsync($"  {field}: {string.Join("; ", messages)}");
        return ExitCodes.No;
    }

    private static async Task<int> CreateAsync(IHost built, string email, string displayName, ParseResult parsed, CancellationToken cancel)
    {
        if (await ReadPasswordAsync(cancel) is not { Length: > 0 } password) return await NoPasswordAsync(parsed);
        await using var scope = built.Services.CreateAsyncScope();
        var created = await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync(email, displayName, password, cancel);
        if (!created.Ok) return await RefusedAsync(created.Problem, parsed);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"created administrator {created.Value:D}");
        return ExitCodes.Ok;
    }

    private static async Task<string?> ReadPasswordAsync(CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } given) return given;
        if (Console.IsInputRedirected) return await Console.In.ReadLineAsync(cancel);
        return await new TextPrompt<string>("Password:").Secret().ShowAsync(AnsiConsole.Console, cancel);
    }
}
