using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>A business that keeps its recipients; their birthdays are half a year away, so nothing is sent.</summary>
internal sealed class OccasionsLoad : ILoadMix
{
    private const int Recipients = 60;
    private const int HalfAYear = 182;
    private static readonly string[] Zones = ["America/New_York", "Asia/Tokyo"];

    public string Name => "occasions";

    public async Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var birthday = $"--{stage.Run.Clock.GetUtcNow().AddDays(HalfAYear):MM-dd}";
        object Person(string zone) => new { firstName = "Synthetic", lastName = "load", birthday, timeZone = zone, businessId = stage.BusinessId };
        var ids = new Guid[Recipients];
        for (var i = 0; i < Recipients; i++) ids[i] = await stage.MakeAsync(stage.Owner, HttpMethod.Post, "/v1/recipients", Person(Zones[0]), cancel);
        var changed = new LoadRota<Guid>(ids);
        ReadOnlyMemory<byte>[] bodies = [.. Zones.Select(z => LoadRequest.Json(Person(z)))];
        return new LoadPart(
        [
            new("occasions: recipients", 3, _ => new(HttpMethod.Get, $"/v1/recipients?businessId={stage.BusinessId}&limit=20", stage.Owner)),
            new("occasions: a recipient", 4, random => new(HttpMethod.Get, $"/v1/recipients/{ids[random.Next(Recipients)]}", stage.Owner)),
            new("occasions: what is due", 3, random => new(HttpMethod.Get, $"/v1/recipients/{ids[random.Next(Recipients)]}/upcoming", stage.Owner)),
            new("occasions: change (write)", 2, random => new(HttpMethod.Put, $"/v1/recipients/{changed.Next()}", stage.Owner, bodies[random.Next(2)])),
        ], async token =>
        {
            foreach (var id in ids) await stage.Client.SendAsync(new ProofCall("delete", HttpMethod.Delete, $"/v1/recipients/{id}") { Account = stage.Owner }, token);
        });
    }
}
