using System.Globalization;

namespace Mainstreet.Load;

/// <summary>
/// Reads tickets from the server and rows from the baseline by turns (A B A B …), so that both meet the same machine, and
/// says what share of the baseline's rate the server reaches.
/// </summary>
internal static class GetDrive
{
    internal static async Task<int> RunAsync(
        IReadOnlyList<Uri> targets, Uri? baseline, int tickets, int requests, int connections, int rounds, CancellationToken cancel)
    {
        using var town = await Town.FoundAsync(targets, 1, cancel);
        var ids = await town.MakeTicketsAsync(tickets, offered: false, cancel);
        var ours = ids.Select(id => RawConnection.Render("GET", targets[0], $"/v1/tickets/{id}", town.Cast.Tenant.AccessToken)).ToArray();
        var bare = baseline is null ? [] : ids.Select(id => RawConnection.Render("GET", baseline, $"/{id}", null)).ToArray();

        await DriveAsync("warm up", targets, ours, requests / 4);
        if (baseline is not null) await DriveAsync("warm up", [baseline], bare, requests / 4);
        var (served, limit) = (new List<DriveResult>(), new List<DriveResult>());
        for (var round = 0; round < rounds; round++)
        {
            served.Add(await DriveAsync("GET /v1/tickets/{id}", targets, ours, requests));
            served[^1].Print();
            if (baseline is null) continue;
            limit.Add(await DriveAsync("baseline", [baseline], bare, requests));
            limit[^1].Print();
        }

        if (baseline is not null)
        {
            var ratios = served.Zip(limit, (a, b) => a.PerSecond / b.PerSecond).Order().ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ratio: median {ratios[ratios.Length / 2]:F2}, {ratios[0]:F2} to {ratios[^1]:F2} over {rounds} rounds, {connections} connections"));
        }

        await town.CloseAsync(ids, cancel);
        return served.Concat(limit).All(r => r.Answers.All(a => a.Status == 200)) ? 0 : 1;

        Task<DriveResult> DriveAsync(string name, IReadOnlyList<Uri> where, byte[][] rendered, int count) =>
            Drive.RunAsync(name, where, connections, i => i < count ? rendered[i % rendered.Length] : null, cancel);
    }
}
