using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Occasions.Pages;

/// <summary>The module's pages, and where they stand in the navigation.</summary>
internal static class OccasionsPages
{
    private static readonly FrozenDictionary<string, Problem> Problems = new[]
    {
        Problem.NotFound, Problem.Forbidden, Problem.ConcurrentChange, Problem.Stale, OwnBusiness.Required, OwnBusiness.Unknown,
        new Problem(400, "invalid_request", "The form is not filled in correctly."), new Problem(409, "wrong_status", "The message is not in a state that allows this."),
    }.ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    internal static void Add(IServiceCollection services) => services.AddSingleton(
        new PageLink("/occasions", "Greetings", "Who celebrates, what is planned, what was sent; recipients, templates, settings.", 70, Roles.Owner, Roles.Clerk, Roles.Admin));

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage<TodayPage>("/occasions").RequireAuthorization(OccasionsPermissions.Messages);
        routes.MapPage<CalendarPage>("/occasions/calendar").RequireAuthorization(OccasionsPermissions.Messages);
        routes.MapPage<RecipientsPage>("/occasions/recipients").RequireAuthorization(OccasionsPermissions.Recipients);
        routes.MapPage<RecipientPage>("/occasions/recipients/new").RequireAuthorization(OccasionsPermissions.Recipients);
        routes.MapPage<RecipientPage>("/occasions/recipients/{id:guid}").RequireAuthorization(OccasionsPermissions.Recipients);
        routes.MapPage<MessagesPage>("/occasions/messages").RequireAuthorization(OccasionsPermissions.Messages);
        routes.MapPage<MessagePage>("/occasions/messages/{id:guid}").RequireAuthorization(OccasionsPermissions.Messages);
        routes.MapPage<TemplatesPage>("/occasions/templates").RequireAuthorization(OccasionsPermissions.Settings);
        routes.MapPage<SettingsPage>("/occasions/settings").RequireAuthorization(OccasionsPermissions.Settings);
        RecipientForms.Map(routes);
        MessageForms.Map(routes);
        SettingsForms.Map(routes);
        TemplateForms.Map(routes);
    }

    /// <summary>The problem that a form came back with; a code that nobody here gives out says nothing.</summary>
    internal static Problem? KnownProblem(string? code) => code is null ? null : Problems.GetValueOrDefault(code);

    /// <summary>The problem that a use case answered with, or null.</summary>
    internal static Problem? ProblemOf(IResult result) => result is not ProblemHttpResult { ProblemDetails: { } details } ? null
        : new Problem(details.Status ?? 400, details.Extensions.TryGetValue("code", out var code) && code is string known ? known : "error", details.Title ?? "The request failed.")
        {
            Detail = details.Detail,
            Errors = details.Extensions.TryGetValue("errors", out var errors) ? errors as IReadOnlyDictionary<string, string[]> : null,
        };

    /// <summary>The path with the business that the request named, and further query parameters.</summary>
    internal static SeeOther To(HttpContext http, string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var parts = new List<string>();
        foreach (var (name, value) in query)
        {
            if (value is not null) parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        if (BusinessOf(http) is { } business) parts.Add($"business={business}");
        return new SeeOther(parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}");
    }

    internal static Guid? BusinessOf(HttpContext http) => Guid.TryParse(http.Request.Query["business"], out var id) ? id : null;

    /// <summary>The fields of a form, trimmed; empty ones are left out.</summary>
    internal static async Task<Dictionary<string, string>> ReadFormAsync(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : FormCollection.Empty;
        return form.Where(f => !string.IsNullOrWhiteSpace(f.Value) && !f.Value.ToString().Contains('\0'))
            .ToDictionary(f => f.Key, f => f.Value.ToString().Trim(), StringComparer.Ordinal);
    }
}
