using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Occasions.Delivery;

/// <summary>
/// A provider's delivery report, signed as the provider signs. A webhook sends JSON, an SMS API its form. Reports may come early, late, twice or
/// about nothing that is known: all that is 202. A bounce or complaint keeps the business from writing to that address again.
/// Errors: not_found (unknown provider, or one that signs nothing), bad_signature (401), invalid_request.
/// </summary>
internal static class TakeReceipt
{
    private const int MaxBody = 65_536;

    /// <summary>From the mildest to the gravest.</summary>
    private static readonly string[] Events = ["delivered", "bounced", "complained"];

    internal static readonly Problem BadSignature = new(401, "bad_signature", "The report is not signed as this provider signs.");

    /// <param name="Event"><c>delivered</c>, <c>bounced</c>, <c>complained</c>; other words are taken note of and change nothing.</param>
    /// <param name="Reference">The provider's id of the message.</param>
    /// <param name="IdempotencyKey">The key under which it was sent, for reports that come before the answer did.</param>
    internal sealed record Report(string Event, string? Reference, string? IdempotencyKey);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/providers/receipts/{provider}", Handle)
        .WithName("occasions.receipts.take").WithSummary("Take a provider's delivery report")
        .AllowAnonymous().DisableAntiforgery()
        .Accepts<Report>("application/json", "application/x-www-form-urlencoded")
        .Produces(202).ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413);

    internal static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        string provider, HttpContext http, OccasionsDb db, OccasionClock clock, [FromKeyedServices(DeliveryServices.Providers)] IProviders providers, DeliveryMetrics metrics,
        CancellationToken cancel)
    {
        if (providers.Find(provider) is not { } known) return Problem.NotFound.ToHttp();
        if (await ReadAsync(http.Request, cancel) is not { } body) return new Problem(413, "too_large", "The body is too large.").ToHttp();
        switch (known.CheckReceipt(http.Request.Headers, body))
        {
            case ReceiptCheck.NotConfigured:
                return Problem.NotFound.ToHttp();
            case ReceiptCheck.Invalid:
                return BadSignature.ToHttp();
        }

        if (Parse(body, http.Request.HasFormContentType) is not { } report) return Problem.Invalid("body", "is no delivery report").ToHttp();
        await NoteAsync(db, known, report, clock.Now(), metrics, cancel);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task NoteAsync(OccasionsDb db, IProvider provider, Report report, DateTimeOffset now, DeliveryMetrics metrics, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (!await db.InTransactionAsync(token => NoteAsync(db, provider, report, now, token), cancel)) metrics.UnknownReceipt();
                return;
            }
            catch (DbUpdateException exception) when (attempt < 3 && Storage.IsUniqueViolation(exception))
            {
                // Another report about the same address was quicker.
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <returns>False when the report is about nothing that is known.</returns>
    private static async Task<bool> NoteAsync(OccasionsDb db, IProvider provider, Report report, DateTimeOffset now, CancellationToken cancel)
    {
        if (await FindAsync(db, provider.Name, report, cancel) is not { } message) return false;
        // Reports come twice and overtake each other: the gravest stays.
        var milder = Events.TakeWhile(e => e != report.Event).ToArray();
        if (milder.Length == Events.Length) return true;
        DateTimeOffset? at = now;
        var news = await db.Messages.Where(m => m.Id == message.Id && (m.Receipt == null || milder.Contains(m.Receipt)))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Receipt, report.Event).SetProperty(m => m.ReceiptAt, at), cancel);
        if (news == 1 && report.Event != Events[0]) await SuppressAsync(db, provider.Channel, message, report.Event, now, cancel);
        await db.SaveChangesAsync(cancel);
        return true;
    }

    private static async Task<Message?> FindAsync(OccasionsDb db, string provider, Report report, CancellationToken cancel)
    {
        var message = report.Reference is { } reference
            ? await db.Messages.AsNoTracking().Where(m => m.Provider == provider && m.ProviderReference == reference).OrderBy(m => m.Id).FirstOrDefaultAsync(cancel)
            : null;
        if (message is not null || ReadKey(report.IdempotencyKey) is not { } key) return message;
        return await db.Messages.AsNoTracking().SingleOrDefaultAsync(
            m => m.RecipientId == key.RecipientId && m.Occasion == key.Occasion && m.LocalYear == key.LocalYear, cancel);
    }

    private static async Task SuppressAsync(OccasionsDb db, string channel, Message message, string reason, DateTimeOffset now, CancellationToken cancel)
    {
        if (channel is not ("email" or "sms")) return;
        var recipient = await db.Recipients.AsNoTracking().SingleOrDefaultAsync(r => r.Id == message.RecipientId, cancel);
        if ((channel == "email" ? recipient?.Email?.ToLowerInvariant() : recipient?.Phone) is not { } address) return;
        if (await db.Suppressions.AnyAsync(s => s.BusinessId == message.BusinessId && s.Channel == channel && s.Address == address, cancel)) return;
        db.Suppressions.Add(new Suppression { BusinessId = message.BusinessId, Channel = channel, Address = address, Reason = reason, CreatedAt = now });
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > MaxBody) return null;
        using var body = new MemoryStream();
        var buffer = new byte[8_192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + read > MaxBody) return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>What the body says; null when it is none.</summary>
    internal static Report? Parse(ReadOnlySpan<byte> body, bool form)
    {
        if (form)
        {
            var fields = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(body));
            string? Field(string name) => fields.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 and <= 200 } value ? value : null;
            return (Field("MessageStatus") ?? Field("SmsStatus")) is { } status && Storable(status) && Storable(Field("MessageSid"))
                ? new Report(EventOf(status), Field("MessageSid") ?? Field("SmsSid"), null)
                : null;
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            var json = JsonElement.ParseValue(ref reader);
            string? Member(string name) =>
                json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                && value.GetString() is { Length: > 0 and <= 200 } text ? text : null;
            var happened = Member("event") ?? Member("type") ?? Member("status");
            var reference = Member("reference") ?? Member("id") ?? Member("messageId");
            return happened is not null && Storable(happened) && Storable(reference) ? new Report(EventOf(happened), reference, Member("idempotencyKey")) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    private static bool Storable(string? text) => text is null || !text.Contains('\0');

    private static string EventOf(string word) => word switch
    {
        "delivered" or "message.delivered" => "delivered",
        "bounced" or "bounce" or "message.bounced" or "undelivered" or "failed" => "bounced",
        "complained" or "complaint" or "message.complained" => "complained",
        _ => word,
    };

    private static (Guid RecipientId, Occasion Occasion, int LocalYear)? ReadKey(string? key)
    {
        var parts = key?.Split('-');
        return parts is ["ms", var id, "birthday" or "anniversary", var year] && Guid.TryParseExact(id, "N", out var recipient)
            && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var localYear)
            ? (recipient, parts[2] == "birthday" ? Occasion.Birthday : Occasion.Anniversary, localYear)
            : null;
    }
}
