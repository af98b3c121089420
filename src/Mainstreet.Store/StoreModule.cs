using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Store.App;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Pages;
using Mainstreet.Store.Payments;
using Mainstreet.Store.Proof;
using Mainstreet.Store.Search;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store;

/// <summary>Store: a neighbourhood shop's catalogue, orders, payments, deliveries and loyalty.</summary>
public sealed class StoreModule : IModule
{
    public string Name => "store";

    public IReadOnlyList<Permission> Permissions => StorePermissions.All;

    public MigrationSource Migrations { get; } = new("store", typeof(StoreModule).Assembly);

    public void AddServices(ModuleBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddOptions<StoreOptions>("Store");
        builder.AddFeatures<StoreFeatureOptions>(StoreFeatures.Orders);
        builder.AddDb<StoreDb>();
        builder.AddFileColumn("store", "products", "image_key");
        CatalogueServices.Add(builder);
        SearchServices.Add(builder);
        OrderServices.Add(builder);
        LoyaltyServices.Add(builder);
        PaymentServices.Add(builder);
        AppServices.Add(builder);
        StorePages.Add(builder.Services);
        builder.AddProof<StoreProof>();
        builder.AddContendedFeature<ProductContention>().AddContendedFeature<CartContention>();
        builder.AddSmokePath<StoreReads>().AddSmokePath<StoreSmoke>();
        builder.AddLoadMix<StoreLoad>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        CatalogueServices.Map(routes);
        SearchServices.Map(routes);
        OrderServices.Map(routes);
        LoyaltyServices.Map(routes);
        PaymentServices.Map(routes);
        AppServices.Map(routes);
        StorePages.Map(routes);
    }
}
