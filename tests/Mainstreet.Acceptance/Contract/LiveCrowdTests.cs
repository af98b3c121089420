using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Contract;

[Trait("kind", "db")]
public sealed class LiveCrowdTests(ITestOutputHelper output)
{
    private const int Connections = 50;
    private const int Notifications = 100;

    [Theory, EachEngine]
    public async Task Fifty_connections_receive_a_hundred_notifications_each_once_and_in_order(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var user = await Person.RegisterAsync(app.Address);
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => LiveClient.ConnectAsync(app.Address, user.AccessToken)));
        try
        {
            foreach (var client in clients) (await client.SubscribeAsync("all")).Recovered.ShouldBeTrue();
            var started = TimeProvider.System.GetTimestamp();
            await using (var scope = app.Host.Services.CreateAsyncScope())
            {
                var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
                for (var i = 0; i < Notifications; i++) db.Notify("crowd", "crowd.called", new { number = i }, "all");
                await db.SaveChangesAsync();
            }

            var received = await Task.WhenAll(clients.Select(c => c.TakeAsync(Notifications)));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}: {Connections} x {Notifications} in {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:F0} ms"));
            foreach (var events in received)
            {
                events.Select(e => e.Data.GetProperty("number").GetInt32()).ShouldBe(Enumerable.Range(0, Notifications));
                events.Select(e => e.Offset).ShouldBe(Enumerable.Range(1, Notifications).Select(o => (long)o));
            }
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }
}
