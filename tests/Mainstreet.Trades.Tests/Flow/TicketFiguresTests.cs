using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Observability;
using Mainstreet.Testing;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Flow;

[Trait("kind", "db")]
public sealed class TicketFiguresTests
{
    [Theory, EachEngine]
    public async Task A_ticket_waits_until_a_contractor_has_taken_it(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var none = await ReadAsync(app);
        none.Where(f => f.Name.EndsWith("unclaimed", StringComparison.Ordinal)).Select(f => f.Word).Order().ShouldBe(["emergency", "high", "low", "normal"]);
        none.ShouldAllBe(f => f.Attribute == "priority" && f.Value == 0);

        var street = await Street.MakeAsync(app, 1);
        await street.ReportAsync();
        var offered = await street.OfferedAsync();
        var waiting = await ReadAsync(app);
        waiting.Where(f => f.Name == "mainstreet.trades.ticket.unclaimed").Sum(f => f.Value).ShouldBe(2);
        waiting.Where(f => f.Name == "mainstreet.trades.ticket.unclaimed.age").Max(f => f.Value).ShouldBeInRange(3_600, 4_200);

        await street.Contractors[0].User.PostAsync($"/v1/tickets/{offered}/accept", new { });
        (await ReadAsync(app)).Where(f => f.Name == "mainstreet.trades.ticket.unclaimed").Sum(f => f.Value).ShouldBe(1);
    }

    private static async Task<IReadOnlyList<Figure>> ReadAsync(TestApp app)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        return await new TicketFigures(scope.ServiceProvider.GetRequiredService<TradesDb>(), new AnHourAhead()).ReadAsync(TestContext.Current.CancellationToken);
    }

    private sealed class AnHourAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(1);
    }
}
