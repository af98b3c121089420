using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Modules;
using Mainstreet.Store.Demo;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.Catalogue;

/// <summary>The catalogue's services and routes.</summary>
internal static class CatalogueServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.AddDemoSeed<StoreDemo>();
        builder.Services.AddScoped<IResourceOwner, ProductOwner>();
        builder.Services.AddScoped<IResourceOwner, ShopOwner>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        ShopRoutes.Map(routes);
        CreateProduct.Map(routes);
        ReadProduct.Map(routes);
        ChangeProduct.Map(routes);
        ProductImages.Map(routes);
        StockRoutes.Map(routes);
        ImportProducts.Map(routes);
        ExportProducts.Map(routes);
        TaxRateRoutes.Map(routes);
    }
}
