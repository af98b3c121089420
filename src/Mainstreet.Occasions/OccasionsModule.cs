using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Demo;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Outlook;
using Mainstreet.Occasions.Pages;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Proof;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Recipients.Import;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Suppressions;
using Mainstreet.Occasions.Templates;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Occasions;

/// <summary>Occasions: every customer greeted once, at nine in the morning where they live.</summary>
public sealed class OccasionsModule : IModule
{
    public string Name => "occasions";

    public IReadOnlyList<Permission> Permissions => OccasionsPermissions.All;

    public MigrationSource Migrations { get; } = new("occasions", typeof(OccasionsModule).Assembly);

    public void AddServices(ModuleBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddOptions<OccasionsOptions>("Occasions");
        builder.AddDb<OccasionsDb>();
        PlanningServices.Add(builder);
        builder.AddDemoSeed<OccasionsDemo>();
        builder.AddEventHandler<ShopperBirthday, ShopperRecipients>();
        builder.Services.AddScoped<ImportRun>();
        builder.Services.AddSingleton<StoredWording>();
        builder.Services.AddSingleton<IWording>(services => services.GetRequiredService<StoredWording>());
        DeliveryServices.Add(builder);
        OccasionsPages.Add(builder.Services);
        builder.AddProof<OccasionsProof>();
        builder.AddSmokePath<OccasionsReads>().AddSmokePath<OccasionsSmoke>();
        builder.AddLoadMix<OccasionsLoad>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        CreateRecipient.Map(routes);
        ReadRecipients.Map(routes);
        ChangeRecipient.Map(routes);
        DeleteRecipient.Map(routes);
        ImportRecipients.Map(routes);
        ReadMessages.Map(routes);
        TemplateRoutes.Map(routes);
        PreviewTemplate.Map(routes);
        SuppressionRoutes.Map(routes);
        DayProgress.Map(routes);
        MonthCalendar.Map(routes);
        ScheduleRoutes.Map(routes);
        TestClock.Map(routes);
        SettingsRoutes.Map(routes);
        ListUpcoming.Map(routes);
        DeliveryServices.Map(routes);
        OccasionsPages.Map(routes);
    }
}
