using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.RegularExpressions;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Settings;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Suppressions;

/// <summary>Addresses to which a business sends nothing. Errors: invalid_request, not_found, business_required.</summary>
internal static partial class SuppressionRoutes
{
    private static readonly string[] Channels = ["email", "sms"];

    private static readonly string[] Reasons = ["manual", "bounced", "complained"];

    /// <param name="Channel"><c>email</c> or <c>sms</c>.</param>
    /// <param name="Address">E-mail (stored in lower case) or E.164 number.</param>
    /// <param name="Reason"><c>manual</c> (default), <c>bounced</c> or <c>complained</c>.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request([Required] string Channel, [Required, StringLength(254)] string Address, string? Reason = null, Guid? BusinessId = null);

    public sealed record View(Guid BusinessId, string Channel, string Address, string Reason, DateTimeOffset CreatedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/suppressions", List)
            .WithName("occasions.suppressions.list").WithSummary("List suppressed addresses")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesProblem(400).ProducesProblem(404);
        routes.MapPost("/v1/suppressions", Add)
            .WithName("occasions.suppressions.add").WithSummary("Suppress an address")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesValidationProblem().ProducesProblem(404);
        routes.MapDelete("/v1/suppressions", Remove)
            .WithName("occasions.suppressions.remove").WithSummary("Send to an address again")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesProblem(400).ProducesProblem(404);
    }

    /// <summary>Adding what is there already changes nothing and answers 200.</summary>
    internal static async Task<Results<Created<View>, Ok<View>, ProblemHttpResult>> Add(
        Request request, Caller caller, OccasionsDb db, TimeProvider clock, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var address = Read(request.Channel, request.Address);
        if (!address.Ok) return address.Problem.ToHttp();
        if (request.Reason is not null && !Reasons.Contains(request.Reason, StringComparer.Ordinal))
            return Problem.Invalid("reason", $"must be one of {string.Join(", ", Reasons)}").ToHttp();
        var business = await OwnBusiness.FindAsync(request.BusinessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var id = business.Value.Id;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (row, isNew) = await db.InTransactionAsync(async token =>
                {
                    var known = await db.Suppressions.AsNoTracking().SingleOrDefaultAsync(
                        s => s.BusinessId == id && s.Channel == request.Channel && s.Address == address.Value, token);
                    if (known is not null) return (known, false);
                    var added = new Suppression
                    {
                        BusinessId = id, Channel = request.Channel, Address = address.Value, Reason = request.Reason ?? Reasons[0], CreatedAt = clock.Now(),
                    };
                    db.Suppressions.Add(added);
                    await db.AuditAsync(new AuditEntry($"business:{id}:suppressions", caller.Id, "suppression.added", Detail: new { added.Channel, added.Reason }), token);
                    await db.SaveChangesAsync(token);
                    return (added, true);
                }, cancel);
                return isNew ? TypedResults.Created("/v1/suppressions", Of(row)) : TypedResults.Ok(Of(row));
            }
            catch (DbUpdateException exception) when (attempt < 4 && Storage.IsUniqueViolation(exception))
            {
                // Somebody else added it, or another one, at the same moment; look again.
                db.ChangeTracker.Clear();
            }
        }
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string channel, string address, Caller caller, OccasionsDb db, IBusinessDirectory businesses, Guid? businessId = null, CancellationToken cancel = default)
    {
        var known = Read(channel, address);
        if (!known.Ok) return known.Problem.ToHttp();
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var id = business.Value.Id;
        var gone = await db.InTransactionAsync(async token =>
        {
            var rows = await db.Suppressions.Where(s => s.BusinessId == id && s.Channel == channel && s.Address == known.Value).ExecuteDeleteAsync(token);
            if (rows == 0) return false;
            await db.AuditAsync(new AuditEntry($"business:{id}:suppressions", caller.Id, "suppression.removed", Detail: new { channel }), token);
            await db.SaveChangesAsync(token);
            return true;
        }, cancel);
        return gone ? TypedResults.NoContent() : Problem.NotFound.ToHttp();
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Caller caller, OccasionsDb db, IBusinessDirectory businesses, Guid? businessId = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var after = After(cursor);
        if (after.Problem is { } bad) return bad.ToHttp();
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var id = business.Value.Id;
        var query = db.Suppressions.AsNoTracking().Where(s => s.BusinessId == id);
        if (after.Value is ({ } channel, { } address))
        {
#pragma warning disable CA1309 // Translated to SQL: the order meant is the database's, that of the list.
            query = query.Where(s => string.Compare(s.Channel, channel) > 0 || (s.Channel == channel && string.Compare(s.Address, address) > 0));
#pragma warning restore CA1309
        }

        var rows = await query.OrderBy(s => s.Channel).ThenBy(s => s.Address).Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{rows[size.Value - 1].Channel} {rows[size.Value - 1].Address}")) : null;
        return TypedResults.Ok(new Page<View>([.. rows.Take(size.Value).Select(Of)], next));
    }

    /// <summary>The address as it is stored, or the 400 with channel or address.</summary>
    internal static Outcome<string> Read(string channel, string address)
    {
        if (!Channels.Contains(channel, StringComparer.Ordinal)) return Problem.Invalid("channel", $"must be one of {string.Join(", ", Channels)}");
        var text = address.Trim();
        if (channel == "email") return EmailAddresses.IsValid(text) ? text.ToLowerInvariant() : Problem.Invalid("address", "is not an e-mail address");
        return E164().IsMatch(text) ? text : Problem.Invalid("address", "must be a number as in E.164, for example +14155550123");
    }

    private static View Of(Suppression s) => new(s.BusinessId, s.Channel, s.Address, s.Reason, s.CreatedAt);

    private static Outcome<(string? Channel, string? Address)> After(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor)) return (null, null);
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ', 2);
            if (parts.Length == 2 && !parts[1].Contains('\0') && Channels.Contains(parts[0], StringComparer.Ordinal)) return (parts[0], parts[1]);
        }
        catch (FormatException)
        {
            // Not base64url: falls through to the same answer as any other made-up cursor.
        }

        return Problem.Invalid("cursor", "is not a cursor that this server gave out");
    }

    [GeneratedRegex(@"\A\+[1-9][0-9]{6,14}\z")]
    private static partial Regex E164();
}
