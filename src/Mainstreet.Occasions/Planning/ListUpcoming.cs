using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Planning;

/// <summary>When a recipient is greeted next, and why then: the planned messages as they stand, the rest as the planner would plan them now.</summary>
internal static class ListUpcoming
{
    private const int MostYears = 30;

    /// <param name="Occasion">Birthday or anniversary.</param>
    /// <param name="LocalYear">Year of the key.</param>
    /// <param name="LocalDate">Day on which it is kept, where the recipient lives.</param>
    /// <param name="DueAt">When it is sent.</param>
    /// <param name="Reasons">
    /// Why it is not the plain day or instant: leapDay, missingDay, gap, overlap, quietHours, late, nextWindow. Why it is held or not sent: paused, occasionPaused,
    /// businessPaused, suppressed, noAddress, alreadySent, sending, skipped, cancelled, dead.
    /// </param>
    /// <param name="MessageId">The message, once there is one.</param>
    /// <param name="Status">Its status.</param>
    public sealed record Item(
        Occasion Occasion, int LocalYear, string LocalDate, DateTimeOffset DueAt, IReadOnlyList<string> Reasons, Guid? MessageId, MessageStatus? Status);

    /// <param name="Items">Soonest first.</param>
    public sealed record Response(Guid RecipientId, string TimeZone, IReadOnlyList<Item> Items);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/recipients/{id:guid}/upcoming", Handle)
        .WithName("occasions.recipients.upcoming").WithSummary("When a recipient is greeted next, and why then")
        .RequireAuthorization(OccasionsPermissions.Recipients).ProducesProblem(400).ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, OccasionsDb db, IPolicies policies, OccasionClock clock, int years = 1, CancellationToken cancel = default)
    {
        if (years is < 1 or > MostYears) return Problem.Invalid("years", $"must be 1 to {MostYears}").ToHttp();
        var recipient = await db.Recipients.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancel);
        if (recipient is null || recipient.Synthetic != caller.Synthetic || !caller.Can(OccasionsPermissions.Recipients, recipient.BusinessId))
            return Problem.NotFound.ToHttp();
        var policy = await policies.ForAsync(db, recipient.BusinessId, cancel);
        var messages = await db.Messages.AsNoTracking().Where(m => m.RecipientId == id).ToListAsync(cancel);
        var held = Held(recipient, policy, await BlockedAsync(db, recipient, policy, cancel));
        var now = clock.Now();
        var items = Enum.GetValues<Occasion>()
            .SelectMany(occasion => Of(occasion, recipient, policy, messages, now, years, occasion == Occasion.Birthday ? held.Birthday : held.Anniversary));
        return TypedResults.Ok(new Response(id, recipient.TimeZone, [.. items.OrderBy(i => i.DueAt)]));
    }

    private static IEnumerable<Item> Of(
        Occasion occasion, Recipient recipient, SendPolicy policy, List<Message> messages, DateTimeOffset now, int years, IReadOnlyList<string> held)
    {
        if (Zones.Find(recipient.TimeZone) is not { } zone) yield break;
        if (OccasionDate.Parse(Candidate.Of(recipient).DateOf(occasion)) is not { } date) yield break;
        var today = Occurrences.DateOf(now, zone);
        var left = years;
        for (var year = today.Year - 1; left > 0 && year <= today.Year + years + 1; year++)
        {
            if (Occurrences.Of(date, zone, policy, year) is not { } occurrence) continue;
            var message = messages.Find(m => m.Occasion == occasion && m.LocalYear == year);
            var isOpen = message is { Status: MessageStatus.Scheduled or MessageStatus.Queued or MessageStatus.Sending };
            if (!isOpen && occurrence.DueAt < now && occurrence.Date < today) continue;
            left--;
            yield return isOpen
                ? new Item(occasion, year, message!.LocalDate, message.DueAt, [.. Words(message), .. held], message.Id, message.Status)
                : new Item(occasion, year, PlannedRow.TextOf(occurrence.Date), occurrence.DueAt,
                    [.. ReasonWords.Words(occurrence.Reasons), .. Fate(message), .. message is null ? held : []], message?.Id, message?.Status);
        }
    }

    private static IEnumerable<string> Words(Message message) =>
        ReasonWords.Words(ReasonWords.Parse(message.Reason)).Concat(message.Status == MessageStatus.Sending ? ["sending"] : []);

    private static string[] Fate(Message? message) => message?.Status switch
    {
        MessageStatus.Sent => ["alreadySent"],
        { } status => [Foundation.Web.Words.Of(status)],
        null => [],
    };

    private static (IReadOnlyList<string> Birthday, IReadOnlyList<string> Anniversary) Held(Recipient recipient, SendPolicy policy, string? blocked)
    {
        List<string> common = [];
        if (recipient.Paused) common.Add("paused");
        if (policy.Paused) common.Add("businessPaused");
        if (blocked is not null) common.Add(blocked);
        return (policy.BirthdayPaused ? [.. common, "occasionPaused"] : common, policy.AnniversaryPaused ? [.. common, "occasionPaused"] : common);
    }

    /// <summary>Why no channel can take a message; null when one can.</summary>
    private static async Task<string?> BlockedAsync(OccasionsDb db, Recipient recipient, SendPolicy policy, CancellationToken cancel)
    {
        var own = recipient.Channels.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var addresses = (own.Length > 0 ? own : policy.Channels)
            .Select(channel => (Channel: channel, Address: channel switch { "email" => recipient.Email?.ToLowerInvariant(), "sms" => recipient.Phone, _ => "" }))
            .Where(a => a.Address is not null).ToList();
        if (addresses.Count == 0) return "noAddress";
        if (addresses.Exists(a => a.Channel == "webhook")) return null;
        var known = addresses.Select(a => a.Address!).ToArray();
        var suppressed = await db.Suppressions.AsNoTracking()
            .Where(s => s.BusinessId == recipient.BusinessId && known.Contains(s.Address))
            .Select(s => new { s.Channel, s.Address }).ToListAsync(cancel);
        return addresses.TrueForAll(a => suppressed.Exists(s => s.Channel == a.Channel && s.Address == a.Address)) ? "suppressed" : null;
    }
}
