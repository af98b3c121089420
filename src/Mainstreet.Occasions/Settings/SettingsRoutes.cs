using System.ComponentModel.DataAnnotations;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Settings;

/// <summary>
/// How a business greets, and its pauses. New rules of time plan everything unsent anew in the same transaction; a pause holds messages until it is lifted.
/// Errors: business_required, unknown_time_zone, stale_version.
/// </summary>
internal static class SettingsRoutes
{
    private const string Time = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

    private static readonly string[] Known = ["webhook", "email", "sms"];

    /// <param name="SendAt">Local time of day, <c>HH:mm</c>.</param>
    /// <param name="LeapDay">When 29 February is kept in common years.</param>
    /// <param name="Misfire">What happens to a message whose instant passed.</param>
    /// <param name="LateLimitMinutes">How late <c>sendLate</c> may send, in minutes.</param>
    /// <param name="Language">BCP 47, for recipients without one.</param>
    /// <param name="Channels">In order of preference, for recipients without their own: webhook, email, sms.</param>
    /// <param name="QuietFrom">Start of the quiet hours, local <c>HH:mm</c>.</param>
    /// <param name="QuietUntil">Their end; earlier than the start when they last over midnight.</param>
    /// <param name="DefaultTimeZone">For recipients created without a zone.</param>
    /// <param name="Paused">Hold everything.</param>
    /// <param name="BirthdayPaused">Hold birthdays.</param>
    /// <param name="AnniversaryPaused">Hold anniversaries.</param>
    public sealed record Request(
        [Required, RegularExpression(Time)] string SendAt,
        LeapDayRule LeapDay,
        MisfirePolicy Misfire,
        [Range(1, 525_600)] int LateLimitMinutes,
        [Required, RegularExpression("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"), StringLength(35)] string Language,
        [Required, MinLength(1), MaxLength(3)] string[] Channels,
        [RegularExpression(Time)] string? QuietFrom = null,
        [RegularExpression(Time)] string? QuietUntil = null,
        [StringLength(60)] string? DefaultTimeZone = null,
        bool Paused = false,
        bool BirthdayPaused = false,
        bool AnniversaryPaused = false);

    /// <inheritdoc cref="Request"/>
    public sealed record View(
        Guid BusinessId, string SendAt, LeapDayRule LeapDay, MisfirePolicy Misfire, int LateLimitMinutes, string Language, IReadOnlyList<string> Channels,
        string? QuietFrom, string? QuietUntil, string? DefaultTimeZone, bool Paused, bool BirthdayPaused, bool AnniversaryPaused, int Version);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/occasions/settings", Get)
            .WithName("occasions.settings.get").WithSummary("Read how a business greets")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesProblem(400).ProducesProblem(404);
        routes.MapPut("/v1/occasions/settings", Put)
            .WithName("occasions.settings.put").WithSummary("Change how a business greets, or pause it")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412);
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(
        Caller caller, HttpContext http, OccasionsDb db, IBusinessDirectory businesses, IOptions<OccasionsOptions> options, Guid? businessId = null,
        CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var settings = await db.Settings.AsNoTracking().SingleOrDefaultAsync(s => s.BusinessId == business.Value.Id, cancel)
            ?? BusinessSettings.Default(business.Value.Id, options.Value);
        http.SetETag(settings.Version);
        return TypedResults.Ok(Of(settings));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Put(
        Request request, Caller caller, HttpContext http, OccasionsDb db, IBusinessDirectory businesses, IPlanTable table, Replanner replanner,
        IOptions<OccasionsOptions> options, Guid? businessId = null, CancellationToken cancel = default)
    {
        if (Check(request) is { } bad) return bad.ToHttp();
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var id = business.Value.Id;
        return await db.InTransactionAsync<Results<Ok<View>, ProblemHttpResult>>(async token =>
        {
            // Whoever plans reads the rules under this lock.
            await table.LockAsync(db, exclusive: true, token);
            var settings = await db.Settings.SingleOrDefaultAsync(s => s.BusinessId == id, token);
            if (http.CheckIfMatch(settings?.Version ?? 0) is { } stale) return stale.ToHttp();
            if (settings is null) db.Settings.Add(settings = BusinessSettings.Default(id, options.Value));
            var before = SendPolicy.Of(settings, options.Value);
            Take(settings, request);
            await db.AuditAsync(new AuditEntry($"business:{id}", caller.Id, "occasions.settings.changed", null, null, request), token);
            await db.SaveChangesAsync(token);
            if (MovesInstants(before, SendPolicy.Of(settings, options.Value))) await replanner.ReplanBusinessAsync(db, id, token);
            http.SetETag(settings.Version);
            return TypedResults.Ok(Of(settings));
        }, cancel);
    }

    private static Problem? Check(Request request)
    {
        if (request.Channels.Any(c => !Known.Contains(c)) || request.Channels.Distinct().Count() != request.Channels.Length)
            return Problem.Invalid("channels", $"must be some of {string.Join(", ", Known)}, each once");
        if ((request.QuietFrom is null) != (request.QuietUntil is null)) return Problem.Invalid("quietUntil", "quiet hours need both their start and their end");
        if (request.QuietFrom is not null && request.QuietFrom == request.QuietUntil) return Problem.Invalid("quietUntil", "must differ from quietFrom");
        return request.DefaultTimeZone is { } zone && Zones.Find(zone) is null
            ? new Problem(400, "unknown_time_zone", "There is no such time zone.") { Errors = new Dictionary<string, string[]> { ["defaultTimeZone"] = ["is not in the IANA time zone database"] } }
            : null;
    }

    private static void Take(BusinessSettings settings, Request request)
    {
        settings.SendAt = request.SendAt;
        settings.LeapDay = request.LeapDay;
        settings.Misfire = request.Misfire;
        settings.LateLimitMinutes = request.LateLimitMinutes;
        settings.QuietFrom = request.QuietFrom;
        settings.QuietUntil = request.QuietUntil;
        settings.DefaultTimeZone = request.DefaultTimeZone;
        settings.Language = request.Language;
        settings.Channels = string.Join(',', request.Channels);
        settings.Paused = request.Paused;
        settings.BirthdayPaused = request.BirthdayPaused;
        settings.AnniversaryPaused = request.AnniversaryPaused;
        settings.Version++;
    }

    private static bool MovesInstants(SendPolicy before, SendPolicy after) =>
        (before.SendAt, before.LeapDay, before.Misfire, before.LateLimit, before.QuietFrom, before.QuietUntil)
        != (after.SendAt, after.LeapDay, after.Misfire, after.LateLimit, after.QuietFrom, after.QuietUntil);

    private static View Of(BusinessSettings s) => new(
        s.BusinessId, s.SendAt, s.LeapDay, s.Misfire, s.LateLimitMinutes, s.Language, s.Channels.Split(',', StringSplitOptions.RemoveEmptyEntries),
        s.QuietFrom, s.QuietUntil, s.DefaultTimeZone, s.Paused, s.BirthdayPaused, s.AnniversaryPaused, s.Version);
}
