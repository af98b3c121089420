using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Configuration.Rules;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Store.Payments.Simulator;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>The services and routes of payments.</summary>
internal static class PaymentServices
{
    internal static void Add(ModuleBuilder builder)
    {
        var services = builder.Services;
        builder.AddOptions<PaymentsOptions>(PaymentsOptionsCheck.Section);
        services.AddSingleton<IConfigurationRule, LiveKeys>();
        services.AddSingleton<IValidateOptions<PaymentsOptions>>(new PaymentsOptionsCheck(builder.Environment.IsDevelopment()));
        builder.AddOutboundPipeline("store/payments", PaymentProviders.HttpSection);
        services.AddSingleton<PaymentMetrics>();
        services.AddKnownSeries<PaymentMetrics>();
        services.AddSingleton<PaymentProviders>();
        services.AddSingleton<PaymentWake>();
        services.AddSingleton<SimulatorWake>();
        services.AddScoped<RefundDesk>();
        services.AddScoped<Settlement>();
        services.AddScoped<PaymentStarter>();
        services.AddScoped<PaymentErrands>();
        services.AddScoped<IPayments, PaymentDesk>();
        services.AddScoped<SimulatedBank>();
        services.AddScoped<SimulatedRazorpay>();
        builder.AddRecurringJob<SignalPruning>(SignalPruning.Name, TimeSpan.FromDays(1));
        if (Roles.IncludeWorker(builder.Configuration)) services.AddHostedService<PaymentWorker>();
        if (Roles.IncludeWeb(builder.Configuration)) services.AddHostedService<SimulatorWorker>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        RazorpayWebhook.Map(routes);
        RazorpayCallback.Map(routes);
        ReadPayments.Map(routes);
        RefundPayment.Map(routes);
        SavedCards.Map(routes);
        PayPageRoutes.Map(routes);
        SimulatorRoutes.Map(routes);
    }
}
