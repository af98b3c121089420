using System.CommandLine;

using Mainstreet.Foundation.Authorization;

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
        var whose = new Option<string>("--email") { Description = "The account's e-mail address.", HelpName = "ADDRESS", Required = true };
        var reset = new Command("reset-second-factor", "Let somebody in by the password alone who lost authenticator, phone and recovery codes; ends their sessions.") { whose };
        host.Set(reset, (built, parsed, cancel) => ResetAsync(built, parsed.GetRequiredValue(whose), parsed, cancel));
        return new Command("admin", "Administrators, and people who locked themselves out.") { create, reset };
    }

    private static async Task<int> ResetAsync(IHost built, string email, ParseResult parsed, CancellationToken cancel)
    {
        await using var scope = built.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<IAdministrators>().ResetSecondFactorAsync(email, cancel);
        if (outcome.Ok)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"account {outcome.Value:D} signs in by its password alone");
            return ExitCodes.Ok;
        }

        await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: {outcome.Problem!.Code}: there is no account with this e-mail");
        return ExitCodes.No;
    }

    private static async Task<int> CreateAsync(IHost built, string email, string displayName, ParseResult parsed, CancellationToken cancel)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var password = await ReadPasswordAsync(cancel);
        if (string.IsNullOrEmpty(password))
        {
            await error.WriteLineAsync($"mainstreet: no password: set {PasswordVariable} or write it to standard input");
            return ExitCodes.Usage;
        }

        await using var scope = built.Services.CreateAsyncScope();
        var created = await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync(email, displayName, password, cancel);
        if (created.Ok)
        {
            await output.WriteLineAsync($"created administrator {created.Value:D}");
            return ExitCodes.Ok;
        }

        var problem = created.Problem!;
        await error.WriteLineAsync($"mainstreet: {problem.Code}: {problem.Detail ?? problem.Title}");
        foreach (var (field, messages) in problem.Errors ?? new Dictionary<string, string[]>())
            await error.WriteLineAsync($"  {field}: {string.Join("; ", messages)}");
        return ExitCodes.No;
    }

    private static async Task<string?> ReadPasswordAsync(CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } given) return given;
        if (Console.IsInputRedirected) return await Console.In.ReadLineAsync(cancel);
        return await new TextPrompt<string>("Password:").Secret().ShowAsync(AnsiConsole.Console, cancel);
    }
}
