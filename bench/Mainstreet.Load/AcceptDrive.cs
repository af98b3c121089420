using System.Globalization;

namespace Mainstreet.Load;

/// <summary>
/// Accepts as fast as the server answers: every racer asks for every ticket once, ticket after ticket, so that the racers of a
/// ticket meet. One in so many wins; the others are told 409.
/// </summary>
internal static class AcceptDrive
{
    internal static async Task<int> RunAsync(IReadOnlyList<Uri> targets, int tickets, int racers, int connections, CancellationToken cancel)
    {
        using var town = await Town.FoundAsync(targets, racers, cancel);
        var ids = await town.MakeTicketsAsync(tickets, offered: true, cancel);
        var requests = new byte[tickets * racers][];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = RawConnection.Render("POST", targets[0], $"/v1/tickets/{ids[i / racers]}/accept", town.Cast.Racers[i % racers].Account.AccessToken);
        }

        var result = await Drive.RunAsync("accept", targets, connections, i => i < requests.Length ? requests[i] : null, cancel);
        result.Print();
        var winners = result.Answers.Count(a => a.Status == 200);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"winners {winners} of {tickets} tickets, {winners / result.Elapsed.TotalSeconds:F0} /s; {connections} connections, {racers} racers a ticket"));
        await town.CloseAsync(ids, cancel);
        var wrong = result.Answers.Count(a => a.Status is not (200 or 409));
        if (wrong > 0) await Console.Error.WriteLineAsync($"{wrong} answers were neither 200 nor 409: raise Web__RequestsPerSecond and Web__Burst for a drive");
        return winners == tickets && wrong == 0 ? 0 : 1;
    }
}
