using Mainstreet.Contracts;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Delivery;
using Mainstreet.Store.Invoices;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.Orders;

/// <summary>The services and routes of carts, orders, deliveries and invoices.</summary>
internal static class OrderServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.Services.AddSingleton<OrderMetrics>();
        builder.Services.AddKnownSeries<OrderMetrics>();
        builder.Services.AddFigures<OrderFigures>();
        builder.Services.AddScoped<IOrderPayments, OrderPayments>();
        builder.Services.AddScoped<InvoiceBook>();
        builder.AddRecurringJob<ExpireOrders>(ExpireOrders.Name, ExpireOrders.Interval);
        builder.AddRecurringJob<CartPruning>(CartPruning.Name, TimeSpan.FromDays(1));
        builder.AddEventHandler<JobPriced, InvoiceJobs>();
        builder.AddLiveTopic<OrderTopicPolicy>("order");
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        CartRoutes.Map(routes);
        SetCartItem.Map(routes);
        ClaimCart.Map(routes);
        PlaceOrder.Map(routes);
        PayOrder.Map(routes);
        ListOrders.Map(routes);
        CancelOrder.Map(routes);
        PackOrder.Map(routes);
        DispatchOrder.Map(routes);
        DeliverOrder.Map(routes);
        CourierPosition.Map(routes);
        GetInvoice.Map(routes);
    }
}
