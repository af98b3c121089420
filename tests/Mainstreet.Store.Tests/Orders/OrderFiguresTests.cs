using Mainstreet.Foundation.Data;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Tests.Loyalty;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

[Trait("kind", "db")]
public sealed class OrderFiguresTests
{
    [Theory, EachEngine]
    public async Task An_order_waits_for_its_packing_from_its_payment_on(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        (await ReadAsync(app)).ShouldBe([0, 0, 0]);
        var grocery = await Grocery.OpenAsync(app);
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(app);
        var order = await grocery.BuyAsync(buyer, "upi", (rice, 1));
        (await ReadAsync(app))[0].ShouldBe(0, "it is not paid yet");
        await grocery.PayAsync(buyer, order);
        var waiting = await ReadAsync(app);
        waiting[0].ShouldBe(1);
        waiting[1].ShouldBeInRange(3_600, 4_200);
    }

    /// <summary>Number, age in seconds, age of the errand, an hour from now.</summary>
    private static async Task<double[]> ReadAsync(TestApp app)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        var figures = await new OrderFigures(scope.ServiceProvider.GetRequiredService<StoreDb>(), new SetClock(TimeProvider.System.GetUtcNow().AddHours(1))).ReadAsync(TestContext.Current.CancellationToken);
        figures.Select(f => f.Name).ShouldBe(OrderFigures.Shapes.Select(s => s.Name));
        return [.. figures.Select(f => f.Value)];
    }
}
