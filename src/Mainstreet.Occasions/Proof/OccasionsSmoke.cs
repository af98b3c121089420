using System.Globalization;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>The main path of Occasions up to the plan; nothing is sent, since the birthday is half a year away and the person is removed at the end.</summary>
internal sealed class OccasionsSmoke : ISmokePath
{
    private const int HalfAYear = 182;

    public string Name => "occasions";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("owner");
        var other = await walk.AccountAsync("stranger");
        var business = await walk.SendAsync("business", HttpMethod.Post, $"/v1/businesses", owner, new { name = "Synthetic shop" }, 201, a => a.Is("synthetic", true).Id());
        var day = walk.Run.Clock.GetUtcNow().AddDays(HalfAYear);
        var birthday = day.ToString("'--'MM-dd", CultureInfo.InvariantCulture);
        var month = day.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        object Person(string zone) => new { firstName = "Synthetic", lastName = "smoke", birthday, timeZone = zone, businessId = business };

        var recipient = await walk.SendAsync("add recipient", HttpMethod.Post, $"/v1/recipients", owner, Person("America/New_York"), 201,
            a => a.Is("firstName", "Synthetic").Is("birthday", birthday).Is("timeZone", "America/New_York").Id());
        await walk.RefusedAsync("a recipient without a name", 400, "invalid_request", HttpMethod.Post, $"/v1/recipients", owner, new { firstName = "", lastName = "x", birthday = "soon", businessId = business });
        await walk.GetAsync("recipient read", owner, $"/v1/recipients/{recipient}", a => a.Is("id", recipient.Value).Is("lastName", "smoke"));
        await walk.GetAsync("recipients listed", owner, $"/v1/recipients?businessId={business}", a => a.Count("items", 1).Is("items[0].id", recipient.Value));
        await walk.RefusedAsync("recipients are not for customers", 403, "forbidden", HttpMethod.Get, $"/v1/recipients/{recipient}", other);
        var first = await walk.GetAsync("upcoming", owner, $"/v1/recipients/{recipient}/upcoming", a => a.Is("timeZone", "America/New_York").Is("items[0].occasion", "birthday").At("items[0].dueAt").GetDateTimeOffset());
        var moved = await walk.SendAsync("change zone", HttpMethod.Put, $"/v1/recipients/{recipient}", owner, Person("Asia/Tokyo"), 200, a => a.Is("id", recipient.Value).Is("timeZone", "Asia/Tokyo"));
        await walk.GetAsync("upcoming again", owner, $"/v1/recipients/{recipient}/upcoming", a =>
        {
            var second = a.Is("timeZone", "Asia/Tokyo").At("items[0].dueAt").GetDateTimeOffset();
            return second < first.Value ? second : throw new ProofException($"nine o'clock in Tokyo ({second:u}) is not before nine o'clock in New York ({first.Value:u})");
        }, moved);
        await walk.SendAsync("paused", HttpMethod.Patch, $"/v1/recipients/{recipient}", owner, new { paused = true }, 200, a => a.Is("id", recipient.Value).Is("paused", true));
        await walk.GetAsync("calendar", owner, $"/v1/occasions/calendar?businessId={business}&month={month}", a => a.Is("month", month).AtLeast("days", 28).Some("days", d => d.GetProperty("birthdays").GetInt32() == 1, "holds the birthday"), recipient);
        await walk.GetAsync("progress", owner, $"/v1/occasions/progress?businessId={business}", a => a.Is("businessId", business.Value).Is("counts.total", 0).AtLeast("hours", 23));
        await walk.SendAsync("preview", HttpMethod.Post, $"/v1/templates/preview", owner, new { occasion = "birthday", recipientId = recipient, businessId = business }, 200, a => a.Says("subject", "Synthetic").Says("body", "Synthetic shop"));
        await walk.GetAsync("messages, none yet", owner, $"/v1/messages?businessId={business}", a => a.Count("items", 0).Is("next", null));
        await walk.SendAsync("import: a line without a zone is turned away", HttpMethod.Post, $"/v1/recipients/import?businessId={business}", owner,
            new SmokeFile("firstName,lastName,birthday\nSynthetic,One,--06-01\n"u8.ToArray(), "text/csv"), 200, a => a.Is("accepted", 0).Is("rejectedCount", 1).Is("rejected[0].line", 2).Says("rejected[0].error", "timeZone"));
        await walk.GetAsync("imports", owner, $"/v1/recipients/imports?businessId={business}", a => a.Count("items", 1).Is("items[0].rejected", 1).Is("items[0].finished", true));

        await walk.GetAsync("templates", owner, $"/v1/templates?businessId={business}", a => a.AtLeast("items", 4).Each("items", t => t.GetProperty("builtIn").GetBoolean() && t.GetProperty("subject").GetString()!.Length > 0, "is not built in, or has no subject"));
        var written = await walk.SendAsync("template written", HttpMethod.Put, $"/v1/templates/birthday/en", owner, new { subject = "Hi {{firstName}}", body = "Synthetic greetings", businessId = business }, 200, a => a.Is("subject", "Hi {{firstName}}").Is("builtIn", false));
        await walk.GetAsync("template read", owner, $"/v1/templates/birthday/en?businessId={business}", a => a.Is("body", "Synthetic greetings").Is("occasion", "birthday"), written);
        await walk.SendAsync("template taken back", HttpMethod.Delete, $"/v1/templates/birthday/en?businessId={business}", owner, null, 204, a => a.Empty(), written);
        var settings = await walk.GetAsync("settings", owner, $"/v1/occasions/settings?businessId={business}", a => a.Is("businessId", business.Value).Is("sendAt", "09:00").Is("paused", false).Json);
        await walk.SendAsync("settings changed", HttpMethod.Put, $"/v1/occasions/settings", owner, SmokeWalk.Late(() => settings.Value.EnumerateObject().Where(p => p.Name != "version")
            .ToDictionary(p => p.Name, p => p.Name == "sendAt" ? (object)"10:00" : p.Value)), 200, a => a.Is("sendAt", "10:00").Is("businessId", business.Value));
        var suppressed = await walk.SendAsync("suppress an address", HttpMethod.Post, $"/v1/suppressions", owner, new { channel = "email", address = "no@synthetic.test", businessId = business }, 201, a => a.Is("address", "no@synthetic.test").Is("channel", "email"));
        await walk.GetAsync("suppressions", owner, $"/v1/suppressions?businessId={business}", a => a.Count("items", 1).Is("items[0].address", "no@synthetic.test"), suppressed);
        await walk.SendAsync("the address is free again", HttpMethod.Delete, $"/v1/suppressions?businessId={business}&channel=email&address=no@synthetic.test", owner, null, 204, a => a.Empty(), suppressed);

        await walk.PageAsync("page: today", owner, $"/occasions?business={business}", "Today&#x27;s greetings", ">Today&#x27;s greetings</h1>");
        await walk.PageAsync("page: calendar", owner, $"/occasions/calendar", "Calendar", "<ol class=\"month\">");
        await walk.PageAsync("page: recipients", owner, $"/occasions/recipients", "Recipients", "<h1>Recipients</h1>", "Synthetic smoke");
        await walk.PageAsync("page: new recipient", owner, $"/occasions/recipients/new", "New recipient", "name=\"firstName\"");
        await walk.PageAsync("page: the recipient", owner, $"/occasions/recipients/{recipient}", "Synthetic smoke", "Next greetings");
        await walk.PageAsync("page: messages", owner, $"/occasions/messages", "Messages", "<h1>Messages</h1>");
        await walk.PageAsync("page: templates", owner, $"/occasions/templates", "Templates", "<h1>Templates</h1>", "Preview");
        await walk.PageAsync("page: settings", owner, $"/occasions/settings", "Settings", "Suppressed addresses");

        var gone = await walk.SendAsync("tidy up", HttpMethod.Delete, $"/v1/recipients/{recipient}", owner, null, 204, a => a.Empty());
        await walk.RefusedAsync("the recipient is gone", 404, "not_found", HttpMethod.Get, $"/v1/recipients/{recipient}", owner, null, gone);
    }
}
