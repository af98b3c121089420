using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Recipients.Import;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Occasions.Pages;

/// <summary>Recipients as plain forms, for browsers without script: the use cases of the API, answered by pages.</summary>
internal static class RecipientForms
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/occasions/recipients", Add).RequireAuthorization(OccasionsPermissions.Recipients).ExcludeFromDescription();
        routes.MapPost("/occasions/recipients/{id:guid}", Change).RequireAuthorization(OccasionsPermissions.Recipients).ExcludeFromDescription();
        routes.MapPost("/occasions/recipients/{id:guid}/delete", Remove).RequireAuthorization(OccasionsPermissions.Recipients).ExcludeFromDescription();
        routes.MapPost("/occasions/recipients/import", Import).RequireAuthorization(OccasionsPermissions.Recipients)
            .WithMetadata(new ImportRecipients.ImportSizeLimit()).ExcludeFromDescription();
    }

    private static async Task<IResult> Add(
        HttpContext http, Caller caller, OccasionsDb db, OccasionClock clock, IBusinessDirectory businesses, IReplanner planner, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        var result = await CreateRecipient.Handle(RequestOf(http, values), caller, http, new IdempotentCall(), db, clock, businesses, planner, cancel);
        return OccasionsPages.ProblemOf(result.Result) is { } problem ? Back(null, values, problem) : OccasionsPages.To(http, "/occasions/recipients");
    }

    private static async Task<IResult> Change(
        Guid id, HttpContext http, Caller caller, OccasionsDb db, OccasionClock clock, IPlanTable plan, IReplanner planner, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        var result = await ChangeRecipient.Put(id, RequestOf(http, values) with { BusinessId = null }, caller, http, db, clock, plan, planner, cancel);
        return OccasionsPages.ProblemOf(result.Result) is { } problem ? Back(id, values, problem) : OccasionsPages.To(http, $"/occasions/recipients/{id}", ("saved", "1"));
    }

    private static async Task<IResult> Remove(Guid id, HttpContext http, Caller caller, OccasionsDb db, IPlanTable plan, IReplanner planner, CancellationToken cancel)
    {
        var result = await DeleteRecipient.Handle(id, caller, http, db, plan, planner, cancel);
        return OccasionsPages.ProblemOf(result.Result) is { } problem
            ? OccasionsPages.To(http, $"/occasions/recipients/{id}", ("problem", problem.Code))
            : OccasionsPages.To(http, "/occasions/recipients");
    }

    private static async Task<IResult> Import(HttpContext http, Caller caller, ImportRun run, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : FormCollection.Empty;
        if (form.Files.GetFile("file") is not { Length: > 0 } file) return Imported(null, Problem.Invalid("file", "is needed"));
        var format = Path.GetExtension(file.FileName).ToUpperInvariant() switch
        {
            ".NDJSON" or ".JSONL" or ".JSON" => ImportFormat.Ndjson,
            _ => ImportRecipients.FormatOf(file.ContentType) ?? ImportFormat.Csv,
        };
        var business = await OwnBusiness.FindAsync(OccasionsPages.BusinessOf(http), OccasionsPermissions.Recipients, caller, businesses, cancel);
        if (!business.Ok) return Imported(null, business.Problem);
        await using var stream = file.OpenReadStream();
        var answer = await run.RunAsync(stream, format, file.Length, null, business.Value, caller, cancel);
        return Imported(answer.Value, answer.Problem);
    }

    private static CreateRecipient.Request RequestOf(HttpContext http, Dictionary<string, string> values)
    {
        string? Text(string name) => values.GetValueOrDefault(name);
        var channels = http.Request.Form["channels"].Where(c => !string.IsNullOrWhiteSpace(c)).Select(c => c!.Trim()).ToArray();
        return new CreateRecipient.Request(
            Text("firstName") ?? "", Text("lastName") ?? "", Text("email"), Text("phone"), Text("birthday"), Text("anniversary"), Text("timeZone"), Text("language"),
            channels, Text("paused") == "true", Guid.TryParse(Text("businessId"), out var business) ? business : OccasionsPages.BusinessOf(http));
    }

    private static RazorComponentResult<RecipientPage> Back(Guid? id, Dictionary<string, string> values, Problem problem) => new(new Dictionary<string, object?>
    {
        [nameof(RecipientPage.Id)] = id, [nameof(RecipientPage.Values)] = values, [nameof(RecipientPage.Problem)] = problem,
    })
    {
        StatusCode = problem.Status,
    };

    private static RazorComponentResult<RecipientsPage> Imported(ImportAnswer? answer, Problem? problem) => new(new Dictionary<string, object?>
    {
        [nameof(RecipientsPage.Answer)] = answer, [nameof(RecipientsPage.Problem)] = problem,
    })
    {
        StatusCode = problem?.Status ?? StatusCodes.Status200OK,
    };
}
