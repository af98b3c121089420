using Mainstreet.Foundation.Modules;
using Mainstreet.Store.Demo;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Catalogue;

/// <summary>The catalogue's services and routes.</summary>
internal static class CatalogueServices
{
    internal static void Add(ModuleBuilder builder) => builder.AddDemoSeed<StoreDemo>();

    internal static void Map(IEndpointRouteBuilder routes)
    {
        ShopRoutes.Map(routes);
        CreateProduct.Map(routes);
        ReadProduct.Map(routes);
        ChangeProduct.Map(routes);
        StockRoutes.Map(routes);
        ImportProducts.Map(routes);
        ExportProducts.Map(routes);
        TaxRateRoutes.Map(routes);
    }
}
