using Mainstreet.Careers.Demo;
using Mainstreet.Careers.Jobs.Alerts;
using Mainstreet.Careers.Jobs.Import;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Careers.Jobs.Sources;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Outbound;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs;

/// <summary>The services and routes of postings: where they come from, how they are found, who is told.</summary>
internal static class PostingServices
{
    /// <summary>A board with its texts is larger than what other partners answer.</summary>
    private const int LargestAnswer = 64 * 1_048_576;

    internal static void Add(ModuleBuilder builder)
    {
        var services = builder.Services;
        builder.AddOptions<JobsOptions>("Careers:Jobs");
        services.AddSingleton<IValidateOptions<JobsOptions>, JobsOptionsCheck>();
        foreach (var (service, section) in new[] { ("careers/greenhouse", GreenhouseSource.Section), ("careers/lever", LeverSource.Section) })
        {
            // Before the section is read, so that it may say otherwise.
            services.Configure<OutboundOptions>(section, o => (o.MaxAnswerBytes, o.TimeoutSeconds, o.DeadlineSeconds) = (LargestAnswer, 30, 60));
            builder.AddOutboundPipeline(service, section);
        }

        builder.AddProviders(MailJobAlerts.Section);
        AddSearch(services);
        services.AddSingleton<GreenhouseSource>();
        services.AddSingleton<LeverSource>();
        services.AddSingleton<JobSources>();
        services.AddScoped<ReadSources>();
        services.AddScoped<FindJobs>();
        services.AddScoped<IPostingTexts, StoredPostingTexts>();
        builder.AddJob<TellJobSearches>(TellJobSearches.Kind);
        builder.AddRecurringJob<MailJobAlerts>(MailJobAlerts.Name, MailJobAlerts.Interval);
        builder.AddDemoSeed<PostingsDemo>();
    }

    /// <summary>What taking in and searching need besides the context.</summary>
    internal static void AddSearch(IServiceCollection services)
    {
        services.AddScoped<PostingIntake>();
        services.AddSingleton(provider => IJobChanges.For(provider.GetRequiredService<Storage>()));
        services.AddSingleton<JobMirror>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        SearchJobs.Map(routes);
        ReadJob.Map(routes);
        ImportJobs.Map(routes);
        SourceRoutes.Map(routes);
        JobSearchRoutes.Map(routes);
    }
}
