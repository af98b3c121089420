using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Trades.Classification;
using Mainstreet.Trades.Contractors;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Demo;
using Mainstreet.Trades.Matching;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Pages;
using Mainstreet.Trades.Photos;
using Mainstreet.Trades.Proof;
using Mainstreet.Trades.Properties;
using Mainstreet.Trades.Territories;
using Mainstreet.Trades.Tickets;
using Mainstreet.Trades.Triage;
using Mainstreet.Trades.Work;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Trades;

/// <summary>Trades: a reported problem, the right contractor, exactly one.</summary>
public sealed class TradesModule : IModule
{
    public string Name => "trades";

    public IReadOnlyList<Permission> Permissions => TradesPermissions.All;

    public MigrationSource Migrations { get; } = new("trades", typeof(TradesModule).Assembly);

    public void AddServices(ModuleBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddOptions<TradesOptions>("Trades");
        builder.AddOptions<MatchingOptions>("Trades:Matching");
        builder.AddFeatures<TradesFeatureOptions>(TradesFeatures.Tickets);
        builder.AddDb<TradesDb>();
        builder.AddFileColumn("trades", "photos", "file_key");
        builder.Services.AddClassification(builder.Configuration);
        builder.Services.AddSingleton<TradesMetrics>();
        builder.Services.AddKnownSeries<TradesMetrics>();
        builder.Services.AddFigures<TicketFigures>();
        builder.Services.AddSingleton<TicketReader>();
        builder.Services.AddSingleton<Matchers>();
        builder.Services.AddSingleton<TerritoryMap>();
        builder.Services.AddScoped<Dispatching>();
        builder.Services.AddSingleton<AcceptTurns>();
        builder.Services.AddHostedService<ClassifierLessons>();
        builder.AddJob<WaveTimer>(Dispatching.WaveJob);
        builder.AddJob<NoShowTimer>(Dispatching.NoShowJob);
        builder.AddJob<CloseTimer>(CompleteWork.CloseJob);
        builder.AddEventHandler<OffersClosed, ContractorCounters>();
        builder.AddEventHandler<JobEnded, ContractorCounters>();
        builder.AddLiveTopic<TicketTopicPolicy>("ticket");
        builder.Services.AddScoped<IResourceOwner, TicketOwner>();
        builder.AddDemoSeed<TradesDemo>();
        TradesPages.Add(builder.Services);
        builder.AddProof<TradesProof>();
        builder.AddSmokePath<TradesReads>().AddSmokePath<TradesSmoke>();
        builder.AddLoadMix<TradesLoad>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        ReportTicket.Map(routes);
        GetTicket.Map(routes);
        ListTickets.Map(routes);
        TicketHistory.Map(routes);
        TriageTicket.Map(routes);
        CancelTicket.Map(routes);
        RateTicket.Map(routes);
        MakeOffers.Map(routes);
        AcceptTicket.Map(routes);
        DeclineOffer.Map(routes);
        ListOffers.Map(routes);
        StartWork.Map(routes);
        CompleteWork.Map(routes);
        ReleaseTicket.Map(routes);
        ReassignTicket.Map(routes);
        MyProfile.Map(routes);
        MoveContractor.Map(routes);
        SearchContractors.Map(routes);
        ExplainMatch.Map(routes);
        TradesPages.Map(routes);
        PhotoRoutes.Map(routes);
        PropertyRoutes.Map(routes);
        TerritoryRoutes.Map(routes);
        ImportTickets.Map(routes);
        ExportTickets.Map(routes);
        ImportContractors.Map(routes);
    }
}
