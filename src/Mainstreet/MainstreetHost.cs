using Mainstreet.Access;
using Mainstreet.Access.Tokens;
using Mainstreet.Careers;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Live;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Overload;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Occasions;
using Mainstreet.Pages;
using Mainstreet.Store;
using Mainstreet.Studio;
using Mainstreet.Trades;

using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Mainstreet;

/// <summary>The composition root: which modules there are, and in what order a request meets the middleware.</summary>
public static class MainstreetHost
{
    /// <summary>Every module of the program; <c>Modules</c> (comma-separated) picks some, Access always comes along.</summary>
    private static readonly Func<IModule>[] Known = [() => new AccessModule(), () => new TradesModule(), () => new OccasionsModule(), () => new StoreModule(), () => new CareersModule(), () => new StudioModule()];

    /// <summary>Builds the host from the usual .NET configuration plus <paramref name="args"/> (<c>--Key value</c>).</summary>
    /// <exception cref="ConfigurationException">Settings are wrong; the message lists them all.</exception>
    /// <exception cref="InvalidOperationException"><c>Modules</c> names a module that does not exist.</exception>
    public static WebApplication Build(string[] args) => Build(args, null);

    /// <summary>The same with services that stand for the world outside, in tests; they are added last.</summary>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? with)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddSecretFiles();
        builder.Configuration.WatchSettingsFiles();
        var modules = Pick(builder.Configuration["Modules"]);
        var data = new DataDirectory(builder.Configuration["Data"] ?? "data");

        // A line per statement would drown everything else; settings can still turn it up.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(ConfigureKestrel);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.Configure<ForwardedHeadersOptions>(o => TrustProxies(o, builder.Configuration));
        builder.Services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Mainstreet";
            document.Info.Version = "v1";
            return Task.CompletedTask;
        }));
        builder.Services.AddCors();
        ShellPages.Add(builder.Services);
        builder.Services.AddAntiforgery(o => o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);

        var module = new ModuleBuilder(builder.Services, builder.Configuration, builder.Environment);
        module.AddFoundation(data);
        foreach (var each in modules)
        {
            builder.Services.AddSingleton(each);
            if (each.Migrations is { } migrations) builder.Services.AddSingleton(migrations);
            each.AddServices(module);
        }

        with?.Invoke(builder.Services);
        if (ConfigurationReport.HasWrongLevels(builder.Configuration)) builder.Services.RemoveAll<IConfigureOptions<LoggerFilterOptions>>();
        var app = builder.Build();
        ConfigurationReport.Check(app.Services).ThrowIfWrong();
        Use(app);
        app.MapLive();
        app.MapAudit();
        ShellPages.Map(app);
        app.MapObservability();
        foreach (var each in modules) each.MapRoutes(app);
        return app;
    }

    /// <summary>The migrations of Foundation and all modules, in order of application.</summary>
    public static MigrationSource[] MigrationSources() =>
        [new("foundation", typeof(FoundationDb).Assembly), .. Known.Select(make => make().Migrations).OfType<MigrationSource>()];

    /// <summary>Writes the demo street, once. Development only.</summary>
    public static async Task SeedAsync(WebApplication app, CancellationToken cancel)
    {
        await using var scope = app.Services.CreateAsyncScope();
        foreach (var seed in scope.ServiceProvider.GetServices<IDemoSeed>()) await seed.SeedAsync(cancel);
    }

    private static void Use(WebApplication app)
    {
        app.UseRequestObservation();
        app.UseForwardedHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSecurityHeaders();
        app.UseSecureCookies();
        app.UsePageCulture();
        ShellPages.UseFiles(app);
        app.UseCors(policy => policy
            .WithOrigins(app.Configuration.GetSection("Web:CorsOrigins").Get<string[]>() ?? [])
            .AllowAnyHeader().WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithExposedHeaders("ETag", "Location", "Retry-After", "X-Request-Id", "Consistency-Token"));
        app.UseRouting();
        app.UseOverloadRelease();
        app.UseSiteOrigins();
        app.UseAuthentication();
        app.UseCookieAntiforgery();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapOpenApi("/openapi/{documentName}.json");
    }

    private static List<IModule> Pick(string? names)
    {
        var all = Known.Select(make => make()).ToList();
        if (string.IsNullOrWhiteSpace(names)) return all;
        var wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (wanted.FirstOrDefault(w => all.All(m => m.Name != w)) is { } unknown)
            throw new InvalidOperationException($"There is no module '{unknown}'. Modules: {string.Join(", ", all.Select(m => m.Name))}.");
        return [.. all.Where(m => m.Name == "access" || wanted.Contains(m.Name))];
    }

    private static void ConfigureKestrel(WebHostBuilderContext context, KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = context.Configuration.GetValue<long?>("Web:MaxBodyBytes") ?? new WebOptions().MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
    }

    private static void TrustProxies(ForwardedHeadersOptions options, ConfigurationManager configuration)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in configuration.GetSection("Web:TrustedProxies").Get<string[]>() ?? [])
        {
            if (System.Net.IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(proxy, out var range)) options.KnownIPNetworks.Add(range);
        }

        if (options.KnownProxies.Count + options.KnownIPNetworks.Count == 0) options.ForwardedHeaders = ForwardedHeaders.None;
    }
}
