using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Live;
using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Proving.Contention;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Mainstreet.Foundation.Modules;

/// <summary>What a module registers its parts with.</summary>
public sealed class ModuleBuilder(IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
{
    public IServiceCollection Services { get; } = services;

    public IConfiguration Configuration { get; } = configuration;

    public IHostEnvironment Environment { get; } = environment;

    /// <summary>Registers the module's context, pooled, on whichever engine is configured.</summary>
    public ModuleBuilder AddDb<TDb>()
        where TDb : ModuleDb
    {
        Services.AddPooledDbContextFactory<TDb>((provider, options) =>
            provider.GetRequiredService<Storage>().Configure(options, provider));
        Services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<TDb>>().CreateDbContext());
        return this;
    }

    /// <summary>Binds an options class to a section and validates it at start with all other options.</summary>
    public ModuleBuilder AddOptions<TOptions>(string section)
        where TOptions : class
    {
        Services.AddValidatedOptions<TOptions>(Configuration, section);
        return this;
    }

    /// <summary>
    /// Registers functions that an operator can pause. Their switches are properties of <typeparamref name="TOptions"/>, which is read from the section
    /// <c>Features</c> that all modules share; each carries <see cref="ReloadsAttribute"/>, since a pause must not need a restart.
    /// </summary>
    public ModuleBuilder AddFeatures<TOptions>(params IEnumerable<Feature> features)
        where TOptions : class
    {
        AddOptions<TOptions>(FeatureOptions.Section);
        foreach (var feature in features) Services.AddSingleton(feature);
        return this;
    }

    /// <summary>Runs <typeparamref name="THandler"/> once per event of the type, after the event's transaction committed.</summary>
    public ModuleBuilder AddEventHandler<TEvent, THandler>()
        where TEvent : class
        where THandler : class, IEventHandler<TEvent>
    {
        Services.AddScoped<THandler>();
        Services.AddSingleton(EventSubscription.For<TEvent, THandler>());
        return this;
    }

    /// <summary>Handles delayed jobs of one kind; see <see cref="ModuleDb.Schedule"/>.</summary>
    public ModuleBuilder AddJob<THandler>(string kind)
        where THandler : class, IJobHandler
    {
        Services.AddScoped<THandler>();
        Services.AddSingleton(new JobRegistration(kind, typeof(THandler)));
        return this;
    }

    /// <summary>Handles delayed jobs of one kind that take longer than a transaction may; see <see cref="ILongJobHandler"/>.</summary>
    public ModuleBuilder AddLongJob<THandler>(string kind)
        where THandler : class, ILongJobHandler => AddHeldJob<THandler>(kind, JobLane.Long);

    /// <summary>As <see cref="AddLongJob"/>, for messages that somebody waits for: in slots of their own, so that no background task delays them.</summary>
    public ModuleBuilder AddMessageJob<THandler>(string kind)
        where THandler : class, ILongJobHandler => AddHeldJob<THandler>(kind, JobLane.Message);

    /// <summary>Names a column that holds keys of the file store, so that backups take the files that its rows name.</summary>
    public ModuleBuilder AddFileColumn(string module, string table, string column)
    {
        Services.AddSingleton(new FileColumn(module, table, column));
        return this;
    }

    /// <summary>
    /// Runs a job at an interval on one replica at a time; with <paramref name="aligned"/> at whole multiples of it (a day: 00:00 UTC). One that
    /// became due while nothing ran is run at start, once.
    /// </summary>
    public ModuleBuilder AddRecurringJob<THandler>(string name, TimeSpan interval, bool aligned = false)
        where THandler : class, IRecurringJob
    {
        Services.AddScoped<THandler>();
        Services.AddSingleton(new RecurringRegistration(name, typeof(THandler), interval, aligned));
        return this;
    }

    /// <summary>Decides who may subscribe to live topics with the given prefix (<c>ticket</c> for <c>ticket:{id}</c>).</summary>
    public ModuleBuilder AddLiveTopic<TPolicy>(string prefix)
        where TPolicy : class, ILiveTopicPolicy
    {
        Services.AddScoped<TPolicy>();
        Services.AddSingleton(new LiveTopicRegistration(prefix, typeof(TPolicy)));
        return this;
    }

    /// <summary>Seeds demo data at first start in Development; runs after all migrations, in registration order.</summary>
    public ModuleBuilder AddDemoSeed<TSeed>()
        where TSeed : class, IDemoSeed
    {
        Services.AddScoped<IDemoSeed, TSeed>();
        return this;
    }

    /// <summary>Contributes the module's invariants to <c>mainstreet prove</c>.</summary>
    public ModuleBuilder AddProof<TProof>()
        where TProof : class, IProof
    {
        Services.AddSingleton<IProof, TProof>();
        return this;
    }

    /// <summary>Lends a contended feature to <c>mainstreet prove foundation</c>, which is there as soon as one module does.</summary>
    public ModuleBuilder AddContendedFeature<TFeature>()
        where TFeature : class, IContendedFeature
    {
        Services.AddSingleton<IContendedFeature, TFeature>();
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IProof, ContentionProof>());
        return this;
    }

    /// <summary>Contributes the module's main path to <c>mainstreet smoke</c>.</summary>
    public ModuleBuilder AddSmokePath<TPath>()
        where TPath : class, ISmokePath
    {
        Services.AddSingleton<ISmokePath, TPath>();
        return this;
    }

    /// <summary>Contributes what the module's people ask for to <c>mainstreet load</c>.</summary>
    public ModuleBuilder AddLoadMix<TMix>()
        where TMix : class, ILoadMix
    {
        Services.AddSingleton<ILoadMix, TMix>();
        return this;
    }

    private ModuleBuilder AddHeldJob<THandler>(string kind, JobLane lane)
        where THandler : class, ILongJobHandler
    {
        Services.AddScoped<THandler>();
        Services.AddSingleton(new JobRegistration(kind, typeof(THandler), lane));
        return this;
    }
}
