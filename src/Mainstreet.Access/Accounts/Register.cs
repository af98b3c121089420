using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Opens an account for a customer or a contractor; other roles come by invitation or from the command line.
/// Errors: 400 invalid_request, 409 email_taken, 429 too_many_registrations, 503 feature_off.
/// </summary>
internal static partial class Register
{
    /// <param name="Email">At most 254 characters; compared trimmed and without case.</param>
    /// <param name="Password">10 to 256 characters with an upper-case letter, a lower-case letter and a digit.</param>
    /// <param name="DisplayName">1 to 200 characters.</param>
    /// <param name="Role"><c>customer</c> or <c>contractor</c>.</param>
    /// <param name="Synthetic">True for accounts of <c>mainstreet prove</c>, which meet only each other.</param>
    public sealed record Request(
        [property: Required, EmailAddress, MaxLength(254), RegularExpression(EmailNormalizer.Form, ErrorMessage = EmailNormalizer.NoAddress)] string Email,
        [property: Required, MaxLength(Passwords.MaxLength)] string Password,
        [property: Required, MinLength(1), MaxLength(200)] string DisplayName,
        [property: Required, AllowedValues("customer", "contractor", ErrorMessage = "The Role field must be 'customer' or 'contractor'.")] string Role,
        bool Synthetic = false);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/auth/register", Handle)
        .WithName("access.auth.register").WithTags("Access")
        .WithSummary("Opens an account for a customer or a contractor")
        .ProducesProblem(400).ProducesProblem(409).ProducesProblem(429).ProducesProblem(503)
        .AllowAnonymous();

    private static async Task<Results<Created<AccountView>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, UserManager<Account> users, AccessDb db, IHostEnvironment environment, TimeProvider clock,
        HourlyBounds bounds, IOptions<AccessOptions> options, FeatureSwitches switches, ILogger<Account> log, CancellationToken cancel)
    {
        if (Paused(switches, request.Email) is { } paused) return paused.ToHttp();
        if (await FullAsync(bounds, options.Value, environment, http, cancel) is { } full) return full.ToHttp();
        // In Development every address is taken at its word; elsewhere it is confirmed by a message.
        var account = Account.Open(clock.NewId(), request.Email, request.DisplayName, clock.Now(), [request.Role],
            emailConfirmed: environment.IsDevelopment(), synthetic: request.Synthetic);
        var created = await OpenAsync(users, db, account, request.Password, null, cancel);
        if (created.Problem is { } problem) return problem.ToHttp();
        Log.Registered(log, account.Id, request.Role);
        return TypedResults.Created("/v1/auth/me", new AccountView(account.Id, account.Email, account.DisplayName, [request.Role]));
    }

    /// <summary>The refusal while nobody, or not everybody, may open an account.</summary>
    internal static Problem? Paused(FeatureSwitches switches, string email) => switches.Refusal(AccessFeatures.Registration, email.Trim().ToUpperInvariant());

    /// <summary>The refusal when too many came from the client's address; else counts this one, whatever comes of it.</summary>
    internal static async Task<Problem?> FullAsync(
        HourlyBounds bounds, AccessOptions options, IHostEnvironment environment, HttpContext http, CancellationToken cancel)
    {
        if (environment.IsDevelopment()) return null;
        var place = await bounds.TakeAsync($"registration:{Client.Of(http).Address}", options.RegistrationsPerAddressPerHour, cancel);
        return place.Wait is { } wait ? AccessProblems.TooManyRegistrations(wait) : null;
    }

    /// <summary>Checks the password's form, hashes it, and stores the account with the first link of its audit chain.</summary>
    internal static async Task<Outcome<Guid>> OpenAsync(
        UserManager<Account> users, AccessDb db, Account account, string password, Guid? actor, CancellationToken cancel)
    {
        var result = await users.CreateAsync(account, password);
        if (!result.Succeeded)
        {
            if (result.Errors.Any(e => e.Code is nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName)))
                return AccessProblems.EmailTaken;
            return FieldProblem(result.Errors);
        }

        db.AuditFirst(new AuditEntry($"account:{account.Id}", actor ?? account.Id, "account.registered",
            Detail: new { roles = account.Roles.Select(r => r.Role), account.Synthetic }));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            return AccessProblems.EmailTaken;
        }

        return account.Id;
    }

    private static Problem FieldProblem(IEnumerable<IdentityError> errors) => Problem.Invalid("password", "is not valid") with
    {
        Errors = errors.GroupBy(e => e.Code.Contains("Password", StringComparison.Ordinal) ? "password" : "email", e => e.Description)
            .ToDictionary(g => g.Key, g => g.ToArray()),
    };

    private static partial class Log
    {
        [LoggerMessage(1510, LogLevel.Information, "Account {AccountId} registered as {Role}")]
        internal static partial void Registered(ILogger log, Guid accountId, string role);
    }
}
