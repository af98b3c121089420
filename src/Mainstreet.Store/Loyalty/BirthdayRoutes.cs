using System.ComponentModel.DataAnnotations;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

using NodaTime;
using NodaTime.Text;

namespace Mainstreet.Store.Loyalty;

/// <summary>
/// A birthday and the consent to be greeted by a business: the shopper becomes one of its recipients. Withdrawing removes them there and here.
/// Errors: invalid_request, consent_required, business_required, business_not_found, concurrent_change.
/// </summary>
internal static class BirthdayRoutes
{
    private static readonly Problem ConsentRequired = new(422, "consent_required", "Greetings need your consent.")
    {
        Errors = new Dictionary<string, string[]> { ["consent"] = ["must be true"] },
    };

    /// <param name="Birthday"><c>YYYY-MM-DD</c>, or <c>--MM-DD</c> without the year.</param>
    /// <param name="Consent">True: the business may greet.</param>
    /// <param name="BusinessId">May be left out where there is one business.</param>
    /// <param name="FirstName">Without it the first word of the account's name.</param>
    /// <param name="LastName">Without it the rest of the account's name.</param>
    /// <param name="Phone">E.164, for greetings by text message.</param>
    /// <param name="TimeZone">IANA zone; without it the business's.</param>
    /// <param name="Language">Language tag; without it the business's.</param>
    public sealed record Request(
        [property: Required, MaxLength(10)] string Birthday, bool Consent, Guid? BusinessId = null,
        [property: MaxLength(200)] string? FirstName = null, [property: MaxLength(200)] string? LastName = null,
        [property: RegularExpression(@"^\+[1-9][0-9]{6,14}$", ErrorMessage = "must be a number as in E.164, for example +14155550123")] string? Phone = null,
        [property: MaxLength(100)] string? TimeZone = null,
        [property: MaxLength(35), RegularExpression("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", ErrorMessage = "must be a language tag such as en or de-AT")] string? Language = null);

    /// <param name="Birthday">Null without consent.</param>
    public sealed record Response(Guid BusinessId, bool Consent, string? Birthday, DateTimeOffset? ConsentedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/loyalty/birthday", Read)
            .WithName("store.loyalty.birthday.read").WithSummary("Whether a business may greet you on your birthday")
            .RequireAuthorization(StorePermissions.Loyalty).ProducesProblem(400).ProducesProblem(404);
        routes.MapPut("/v1/loyalty/birthday", Give)
            .WithName("store.loyalty.birthday.give").WithSummary("Tell your birthday and agree to be greeted")
            .RequireAuthorization(StorePermissions.Loyalty).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        routes.MapDelete("/v1/loyalty/birthday", Withdraw)
            .WithName("store.loyalty.birthday.withdraw").WithSummary("Withdraw: no greetings any more, and the birthday is forgotten")
            .RequireAuthorization(StorePermissions.Loyalty).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Read(
        Caller caller, StoreDb db, IBusinessDirectory businesses, CancellationToken cancel, Guid? businessId = null)
    {
        var business = await FindAsync(businessId, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var consent = await db.Set<BirthdayConsent>().AsNoTracking().SingleOrDefaultAsync(c => c.BusinessId == business.Value.Id && c.CustomerId == caller.Id, cancel);
        return TypedResults.Ok(View(business.Value.Id, consent));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Give(
        Request request, Caller caller, StoreDb db, IBusinessDirectory businesses, IAccounts accounts, TimeProvider clock, CancellationToken cancel)
    {
        if (!request.Consent) return ConsentRequired.ToHttp();
        var business = await FindAsync(request.BusinessId, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var names = caller.DisplayName.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var first = Given(request.FirstName) ?? names.ElementAtOrDefault(0);
        var last = Given(request.LastName) ?? names.ElementAtOrDefault(1);
        if (first is null) return Problem.Invalid("firstName", "is needed").ToHttp();
        if (last is null) return Problem.Invalid("lastName", "is needed: your account has one name only").ToHttp();
        var zone = Given(request.TimeZone) ?? business.Value.TimeZone;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not { } known) return Problem.Invalid("timeZone", "is not the name of an IANA time zone").ToHttp();
        var now = clock.Now();
        if (!IsBirthday(request.Birthday, Instant.FromDateTimeOffset(now).InZone(known).Date))
            return Problem.Invalid("birthday", "must be a day that exists and is not in the future, as YYYY-MM-DD or --MM-DD").ToHttp();

        var id = business.Value.Id;
        var consent = await db.Set<BirthdayConsent>().SingleOrDefaultAsync(c => c.BusinessId == id && c.CustomerId == caller.Id, cancel);
        if (consent is null)
        {
            consent = new BirthdayConsent { BusinessId = id, CustomerId = caller.Id, Birthday = request.Birthday, ConsentedAt = now, Version = 1 };
            db.Add(consent);
        }
        else
        {
            (consent.Birthday, consent.ConsentedAt, consent.Version) = (request.Birthday, now, consent.Version + 1);
        }

        var account = await accounts.FindAsync(caller.Id, cancel);
        db.Publish($"shopper:{caller.Id}", new ShopperBirthday(
            caller.Id, id, true, request.Birthday, first, last, account is { EmailConfirmed: true } ? account.Email : null, request.Phone, zone,
            request.Language, caller.Synthetic));
        await db.AuditAsync(new AuditEntry($"shopper:{caller.Id}", caller.Id, "greetings.agreed", Detail: new { businessId = id }), cancel);
        return await SaveAsync(db, cancel) is { } problem ? problem.ToHttp() : TypedResults.Ok(View(id, consent));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Withdraw(
        Caller caller, StoreDb db, IBusinessDirectory businesses, CancellationToken cancel, Guid? businessId = null)
    {
        var business = await FindAsync(businessId, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var id = business.Value.Id;
        var consent = await db.Set<BirthdayConsent>().SingleOrDefaultAsync(c => c.BusinessId == id && c.CustomerId == caller.Id, cancel);
        if (consent is null) return TypedResults.Ok(View(id, null));
        db.Remove(consent);
        db.Publish($"shopper:{caller.Id}", new ShopperBirthday(caller.Id, id, false, null, null, null, null, null, null, null, caller.Synthetic));
        await db.AuditAsync(new AuditEntry($"shopper:{caller.Id}", caller.Id, "greetings.withdrawn", Detail: new { businessId = id }), cancel);
        return await SaveAsync(db, cancel) is { } problem ? problem.ToHttp() : TypedResults.Ok(View(id, null));
    }

    internal static bool IsBirthday(string text, LocalDate today)
    {
        if (text.StartsWith("--", StringComparison.Ordinal))
            return LocalDatePattern.Iso.Parse($"2000{text[1..]}").Success;
        return LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var date) && date.Year >= 1800 && date <= today;
    }

    private static async Task<Outcome<BusinessInfo>> FindAsync(Guid? businessId, Caller caller, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var business = businessId is { } id ? await businesses.FindAsync(id, cancel) : await businesses.DefaultAsync(cancel);
        if (business is not null && business.Synthetic == caller.Synthetic) return business;
        return businessId is null ? OwnBusiness.Required : OwnBusiness.Unknown;
    }

    private static async Task<Problem?> SaveAsync(StoreDb db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
            return null;
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || Storage.IsUniqueViolation(exception))
        {
            return Problem.ConcurrentChange;
        }
    }

    private static string? Given(string? text) => text?.Trim() is { Length: > 0 } some ? some : null;

    private static Response View(Guid businessId, BirthdayConsent? consent) => new(businessId, consent is not null, consent?.Birthday, consent?.ConsentedAt);
}
