using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>The main path of Occasions up to the plan; nothing is sent, since the birthday is half a year away.</summary>
internal sealed class OccasionsSmoke : ISmokePath
{
    private const int HalfAYear = 182;

    public string Name => "occasions";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.StepAsync("register and sign in", () => SyntheticAccount.CreateAsync(walk.Client, "owner", "customer", walk.Run.Clock, cancel));
        var business = await walk.StepAsync("business", async () => (await Send(HttpMethod.Post, "/v1/businesses", new { name = "Synthetic shop" })).GetProperty("id").GetGuid());
        var day = walk.Run.Clock.GetUtcNow().AddDays(HalfAYear);
        var birthday = $"--{day:MM-dd}";
        object Person(string zone) => new { firstName = "Synthetic", lastName = "smoke", birthday, timeZone = zone, businessId = business };

        var recipient = await walk.StepAsync("add recipient", async () => (await Send(HttpMethod.Post, "/v1/recipients", Person("America/New_York"))).GetProperty("id").GetGuid());
        var path = $"/v1/recipients/{recipient}";
        var first = await walk.StepAsync("upcoming", UpcomingAsync);
        await walk.StepAsync("change zone", () => Send(HttpMethod.Put, path, Person("Asia/Tokyo")));
        await walk.StepAsync("upcoming again", async () =>
        {
            var second = await UpcomingAsync();
            return second < first ? second : throw new ProofException($"nine o'clock in Tokyo ({second:u}) is not before nine o'clock in New York ({first:u})");
        });
        await walk.StepAsync("preview", async () =>
        {
            var preview = await Send(HttpMethod.Post, "/v1/templates/preview", new { occasion = "birthday", recipientId = recipient, businessId = business });
            return preview.GetProperty("body").GetString() is { Length: > 0 } body ? body : throw new ProofException("the preview is empty");
        });
        await walk.StepAsync("messages", () => Send(HttpMethod.Get, $"/v1/messages?businessId={business}", null));
        await walk.StepAsync("tidy up", async () =>
        {
            var gone = await walk.Client.SendAsync(new ProofCall("delete", HttpMethod.Delete, path) { Account = owner }, cancel);
            return gone.Ok || gone is { Status: 404, Retried: true } ? gone : throw new ProofException($"deleting was answered {gone.Status} {gone.Code}");
        });

        async Task<JsonElement> Send(HttpMethod method, string to, object? body) =>
            (await walk.Client.SendAsync(new ProofCall(to.Split('/', '?')[^1], method, to) { Account = owner, Body = body, Once = method == HttpMethod.Post }, cancel)).Require();

        async Task<DateTimeOffset> UpcomingAsync() => (await Send(HttpMethod.Get, $"{path}/upcoming", null)).GetProperty("items")[0].GetProperty("dueAt").GetDateTimeOffset();
    }
}
