using System.CommandLine;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet serve</c>, the default. In Development it brings the schema to head and seeds the demo street first; in
/// Production a schema that is behind is refused, since <c>mainstreet migrate</c> is a step of its own there.
/// </summary>
internal sealed class ServeCommand(HostCommand host)
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    private const string DemoAccounts =
        """
        Demo accounts, all with the password Mainstreet-demo-1:
          admin@demo.test                       administrator
          agent1@demo.test .. agent10           agents of Hudson Property Management
          tenant1@demo.test .. tenant10         tenants
          contractor1@demo.test .. contractor50 contractors
        """;

    private readonly Option<string?> _urls = new("--urls") { Description = $"Addresses to listen on, separated by semicolons. Default: {DefaultUrl}.", HelpName = "URL" };
    private readonly Option<string?> _sitesUrls = new("--sites-urls") { Description = "Addresses to publish Studio's sites on, apart from the console's. Default: none, sites are off.", HelpName = "URL" };
    private readonly Option<string?> _roles = new("--roles") { Description = "What this replica does: web, worker, runner (runs untrusted code in a cage), or several. Default: web,worker,runner.", HelpName = "web,worker,runner" };
    private readonly Option<bool> _noSeed = new("--no-seed") { Description = "Do not seed the demo street (Development only)." };

    internal Command Create()
    {
        var command = new Command("serve", "Serve HTTP, pages and the live channel, and do the background work.");
        Take(command);
        return command;
    }

    /// <summary>Lets a command, the root included, be <c>serve</c>.</summary>
    internal void Take(Command command)
    {
        command.Options.Add(_urls);
        command.Options.Add(_sitesUrls);
        command.Options.Add(_roles);
        command.Options.Add(_noSeed);
        host.Set(command, RunAsync, Arguments);
    }

    private IEnumerable<string> Arguments(ParseResult parsed)
    {
        if (parsed.GetValue(_urls) is { } urls) yield return $"--Urls={urls}";
        if (parsed.GetValue(_sitesUrls) is { } sites) yield return $"--Studio:Sites:Urls={sites}";
        if (parsed.GetValue(_roles) is { } roles) yield return $"--Roles={roles}";
        if (parsed.GetValue(_noSeed)) yield return "--Seed=false";
    }

    private static async Task<int> RunAsync(IHost built, ParseResult parsed, CancellationToken cancel)
    {
        var services = built.Services;
        var configuration = services.GetRequiredService<IConfiguration>();
        var development = services.GetRequiredService<IHostEnvironment>().IsDevelopment();
        if (built is WebApplication app && SaysNoAddress(configuration)) app.Urls.Add(DefaultUrl);

        if (await UnfinishedRestoreAsync(services, cancel) is { } unfinished)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: {unfinished}");
            return ExitCodes.Configuration;
        }

        var migrator = services.GetRequiredService<Migrator>();
        if (development)
        {
            await migrator.UpAsync(cancel);
            if (configuration.GetValue("Seed", true)) await SeedAsync(services, cancel);
        }
        else if (await MissingAsync(migrator, parsed, cancel) is { Count: > 0 } missing)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"mainstreet: {missing.Count} migrations are not applied, first {missing[0].Module}/{missing[0].Number:D4}_{missing[0].Name}: run 'mainstreet migrate'");
            return ExitCodes.Configuration;
        }

        await built.StartAsync(cancel);
        await SayAddressAsync(services, parsed.InvocationConfiguration.Output);
        if (development && configuration.GetValue("Seed", true)) await parsed.InvocationConfiguration.Output.WriteLineAsync(DemoAccounts);
        // The host's own lifetime hears SIGTERM and Ctrl-C; the command line's token would cut the draining short.
        await built.WaitForShutdownAsync(CancellationToken.None);
        return ExitCodes.Ok;
    }

    private static async Task SeedAsync(IServiceProvider services, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        foreach (var seed in scope.ServiceProvider.GetServices<IDemoSeed>()) await seed.SeedAsync(cancel);
    }

    private static async Task<string?> UnfinishedRestoreAsync(IServiceProvider services, CancellationToken cancel)
    {
        try
        {
            return await services.GetRequiredService<RestoreMark>().FindAsync(cancel);
        }
        catch (Exception exception) when (Storage.IsUnavailable(exception))
        {
            // What follows says so, or waits for it.
            return null;
        }
    }

    // While the database is away a replica still starts, answers 503 and comes up with it.
    private static async Task<IReadOnlyList<Migration>> MissingAsync(Migrator migrator, ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            return [.. (await migrator.StatusAsync(cancel)).Where(s => s.AppliedAt is null).Select(s => s.Migration)];
        }
        catch (Exception exception) when (Storage.IsUnavailable(exception))
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: the database cannot be reached yet: {exception.GetBaseException().Message}");
            return [];
        }
    }

    private static bool SaysNoAddress(IConfiguration configuration) =>
        string.IsNullOrEmpty(configuration["Urls"]) && string.IsNullOrEmpty(configuration["Http_Ports"])
        && string.IsNullOrEmpty(configuration["Https_Ports"]) && !configuration.GetSection("Kestrel:Endpoints").Exists();

    private static async Task SayAddressAsync(IServiceProvider services, TextWriter output)
    {
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses) await output.WriteLineAsync($"Mainstreet serves on {address}");
    }
}
