using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>What Occasions shows without being changed. Its rows are a business's; who belongs to none, or to several, is told so.</summary>
internal sealed class OccasionsReads : ISmokePath
{
    private const string Unauthenticated = "unauthenticated";

    public string Name => "occasions";

    public bool ReadOnly => true;

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        await walk.SignInNeededAsync("page: today is not for strangers", $"/occasions");
        await walk.SignInNeededAsync("page: nor are recipients", $"/occasions/recipients");
        await walk.RefusedAsync("recipients, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/recipients", nobody);
        await walk.RefusedAsync("messages, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/messages", nobody);
        await walk.RefusedAsync("settings, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/occasions/settings", nobody);

        var reader = await walk.ReaderAsync();
        var business = await walk.GetAsync("which business to read", reader, $"/v1/businesses?limit=1",
            a => a.Each("items", b => b.GetProperty("timeZone").GetString()!.Length > 0, "has no time zone").At("items") is { } items && items.GetArrayLength() > 0 ? a.Id("items[0].id") : Guid.Empty);
        await Read("settings", "settings", "sendAt");
        await Read("calendar", "calendar", "month");
        await Read("progress", "progress", "date");

        Task<SmokeResult<SmokeAnswer>> Read(string step, string route, string member) => walk.StepAsync(step, async () =>
        {
            // Without a business there is nothing to read, and without the permission nothing is read.
            var answer = await walk.AskAsync(HttpMethod.Get, $"/v1/occasions/{route}?businessId={business}", reader);
            return answer.Status == 403 ? answer.Problem(403, "forbidden") : answer.Answered(200).Is("businessId", business.Value).Says(member);
        });
    }
}
