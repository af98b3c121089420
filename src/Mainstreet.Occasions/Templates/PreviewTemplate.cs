using System.ComponentModel.DataAnnotations;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Templates;

/// <summary>Shows what a template makes of a recipient or of a made-up one; stores nothing. Errors: template_invalid, not_found, business_required.</summary>
internal static class PreviewTemplate
{
    /// <param name="Occasion">What is celebrated.</param>
    /// <param name="Language">Language tag; without one the business's.</param>
    /// <param name="Subject">Without one: the subject that holds now.</param>
    /// <param name="Body">Without one: the body that holds now.</param>
    /// <param name="RecipientId">Whose name and dates to take.</param>
    /// <param name="Sample">Without a recipient: whom to make up.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request(
        Occasion Occasion, [StringLength(35)] string? Language = null, string? Subject = null, string? Body = null, Guid? RecipientId = null,
        Person? Sample = null, Guid? BusinessId = null);

    /// <param name="FirstName">Default Maria.</param>
    /// <param name="LastName">Default Lindgren.</param>
    /// <param name="Years">Years completed; null when the year is not known.</param>
    public sealed record Person([StringLength(200)] string? FirstName = null, [StringLength(200)] string? LastName = null, [Range(1, 200)] int? Years = null);

    /// <param name="Subject">One line.</param>
    /// <param name="Body">Plain text.</param>
    /// <param name="Language">Whose words and date form were used.</param>
    /// <param name="Variables">What each variable was; null for unknown.</param>
    public sealed record Response(string Subject, string Body, string Language, IReadOnlyDictionary<string, object?> Variables);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/templates/preview", Handle)
        .WithName("occasions.templates.preview").WithSummary("Preview a template")
        .RequireAuthorization(OccasionsPermissions.Settings).ProducesValidationProblem().ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, OccasionsDb db, OccasionClock clock, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var language = string.IsNullOrEmpty(request.Language) ? null : LanguageTags.Normalise(request.Language)?.ToLowerInvariant();
        if (language is null && !string.IsNullOrEmpty(request.Language)) return Problem.Invalid("language", "must be a language tag such as en or de-AT").ToHttp();
        var business = await OwnBusiness.FindAsync(request.BusinessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var recipient = request.RecipientId is { } id
            ? await db.Recipients.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(r => r.Id == id && r.BusinessId == business.Value.Id, cancel)
            : null;
        if (recipient is null && request.RecipientId is not null) return Problem.NotFound.ToHttp();

        var now = await StoredWording.FindAsync(db, business.Value.Id, request.Occasion, language ?? recipient?.Language, cancel);
        var template = GreetingTemplate.Compile(request.Subject ?? now.Subject, request.Body ?? now.Body);
        if (!template.Ok) return template.Problem.ToHttp();
        var shown = language ?? now.Language;
        var variables = GreetingVariables.Of(FactsOf(request, recipient, clock.Now()), shown, business.Value.Name);
        var (subject, body) = template.Value.Render(variables);
        return TypedResults.Ok(new Response(subject, body, shown, variables));
    }

    private static GreetingFacts FactsOf(Request request, Recipient? recipient, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (recipient is null)
        {
            var since = request.Sample?.Years is { } years ? $"{today.Year - years:0000}-{today:MM-dd}" : null;
            return new GreetingFacts(
                request.Sample?.FirstName ?? "Maria", request.Sample?.LastName ?? "Lindgren", request.Occasion, today.ToString("yyyy-MM-dd", null), today.Year, since);
        }

        var text = request.Occasion == Occasion.Birthday ? recipient.Birthday : recipient.Anniversary;
        if (OccasionDate.Parse(text) is not { } date)
            return new GreetingFacts(recipient.FirstName, recipient.LastName, request.Occasion, today.ToString("yyyy-MM-dd", null), today.Year, null);
        // The next one; 29 February is shown as such only where the year has it.
        var year = date.MonthDay < (today.Month * 100) + today.Day ? today.Year + 1 : today.Year;
        var day = new DateOnly(year, date.Month, Math.Min(date.Day, DateTime.DaysInMonth(year, date.Month)));
        return new GreetingFacts(recipient.FirstName, recipient.LastName, request.Occasion, day.ToString("yyyy-MM-dd", null), year, text);
    }
}
