using Mainstreet.Foundation.Data;
using Mainstreet.Testing;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Flow;

[Trait("kind", "db")]
public sealed class TicketReaderTests(TradesApps apps)
{
    [Theory, EachEngine]
    public async Task The_read_byHand_says_what_the_projection_says(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var street = await Street.MakeAsync(app, 2);
        var bare = (await street.ReportAsync()).GetProperty("id").GetGuid();
        var full = await street.OfferedAsync();
        var winner = street.Contractors[0].User;
        await winner.PostAsync($"/v1/tickets/{full}/accept", new { });
        await winner.PostAsync($"/v1/tickets/{full}/start", new { });
        await winner.PostAsync($"/v1/tickets/{full}/complete", new { note = "New seal.", price = new { amount = 9_900, currency = "USD" } });
        await street.Tenant.PostAsync($"/v1/tickets/{full}/rating", new { stars = 4, comment = "Quick." });

        var reader = app.Host.Services.GetRequiredService<TicketReader>();
        await using var scope = app.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TradesDb>();
        foreach (var id in new[] { bare, full })
        {
            var view = await reader.FindAsync(id, default);
            view.ShouldNotBeNull().ShouldBe(await db.Tickets.AsNoTracking().Where(t => t.Id == id).Select(TicketView.Projection).SingleAsync());
        }

        (await reader.FindAsync(Guid.CreateVersion7(), default)).ShouldBeNull();
    }
}
