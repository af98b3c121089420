using System.Globalization;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Suppressions;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Pages;

/// <summary>Settings, pauses and suppressions as plain forms, for browsers without script.</summary>
internal static class SettingsForms
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/occasions/settings", Save).RequireAuthorization(OccasionsPermissions.Settings).ExcludeFromDescription();
        routes.MapPost("/occasions/suppressions", Suppress).RequireAuthorization(OccasionsPermissions.Settings).ExcludeFromDescription();
        routes.MapPost("/occasions/suppressions/remove", Lift).RequireAuthorization(OccasionsPermissions.Settings).ExcludeFromDescription();
    }

    private static async Task<IResult> Save(
        HttpContext http, Caller caller, OccasionsDb db, IBusinessDirectory businesses, IPlanTable table, Replanner replanner, IOptions<OccasionsOptions> options, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        if (Read(http, values) is not { } request) return Back(Problem.Invalid("form", "is not filled in correctly"));
        var result = await SettingsRoutes.Put(request, caller, http, db, businesses, table, replanner, options, OccasionsPages.BusinessOf(http), cancel);
        return OccasionsPages.ProblemOf(result.Result) is { } problem ? Back(problem) : OccasionsPages.To(http, "/occasions/settings", ("saved", "1"));
    }

    private static SettingsRoutes.Request? Read(HttpContext http, Dictionary<string, string> values)
    {
        string? Text(string name) => values.GetValueOrDefault(name);
        // The validator of the API is not asked on a form's way, so what it would refuse is refused here.
        bool IsTime(string? text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        var channels = http.Request.Form["channels"].Where(c => !string.IsNullOrWhiteSpace(c)).Select(c => c!.Trim()).ToArray();
        var leapDay = Words.Parse<LeapDayRule>("leapDay", Text("leapDay"));
        var misfire = Words.Parse<MisfirePolicy>("misfire", Text("misfire"));
        if (!IsTime(Text("sendAt")) || (Text("quietFrom") is { } from && !IsTime(from)) || (Text("quietUntil") is { } until && !IsTime(until))
            || leapDay.Value is not { } leap || misfire.Value is not { } missed || channels.Length is 0 or > 3
            || !int.TryParse(Text("lateLimitMinutes"), NumberStyles.None, CultureInfo.InvariantCulture, out var late) || late is < 1 or > 525_600
            || Text("language") is not { } language || LanguageTags.Normalise(language) is not { } tag) return null;
        return new SettingsRoutes.Request(
            Text("sendAt")!, leap, missed, late, tag, channels, Text("quietFrom"), Text("quietUntil"), Text("defaultTimeZone"),
            Text("paused") == "true", Text("birthdayPaused") == "true", Text("anniversaryPaused") == "true");
    }

    private static async Task<IResult> Suppress(
        HttpContext http, Caller caller, OccasionsDb db, TimeProvider clock, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        var business = Guid.TryParse(values.GetValueOrDefault("businessId"), out var id) ? id : OccasionsPages.BusinessOf(http);
        var result = await SuppressionRoutes.Add(
            new SuppressionRoutes.Request(values.GetValueOrDefault("channel") ?? "", values.GetValueOrDefault("address") ?? "", null, business), caller, db, clock, businesses, cancel);
        return OccasionsPages.To(http, "/occasions/settings", ("problem", OccasionsPages.ProblemOf(result.Result)?.Code));
    }

    private static async Task<IResult> Lift(HttpContext http, Caller caller, OccasionsDb db, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        await SuppressionRoutes.Remove(
            values.GetValueOrDefault("channel") ?? "", values.GetValueOrDefault("address") ?? "", caller, db, businesses, OccasionsPages.BusinessOf(http), cancel);
        return OccasionsPages.To(http, "/occasions/settings");
    }

    private static RazorComponentResult<SettingsPage> Back(Problem problem) =>
        new(new Dictionary<string, object?> { [nameof(SettingsPage.Problem)] = problem }) { StatusCode = problem.Status };
}
