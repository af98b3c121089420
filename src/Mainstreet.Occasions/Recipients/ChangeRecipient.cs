using System.Text.Json;
using System.Text.Json.Nodes;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Occasions.Recipients;

/// <summary>
/// Changes a recipient: PUT all of it, PATCH a part (RFC 7396, JSON Merge Patch: null clears). Date or zone changed: what is not
/// sent yet is planned anew in the same transaction. Changes at the same time come to pass one after the other. Errors:
/// invalid_request, unknown_time_zone, not_found, stale_version, unsupported_media_type.
/// </summary>
internal static class ChangeRecipient
{
    private static readonly string[] Fields =
        ["firstName", "lastName", "email", "phone", "birthday", "anniversary", "timeZone", "language", "channels", "paused", "businessId"];

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/recipients/{id:guid}", Put)
            .WithName("occasions.recipients.replace").WithSummary("Replace a recipient")
            .RequireAuthorization(OccasionsPermissions.Recipients).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412);
        routes.MapPatch("/v1/recipients/{id:guid}", Patch)
            .WithName("occasions.recipients.change").WithSummary("Change some fields of a recipient")
            .Accepts<CreateRecipient.Request>("application/merge-patch+json", "application/json")
            .RequireAuthorization(OccasionsPermissions.Recipients).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412).ProducesProblem(415);
    }

    internal static Task<Results<Ok<RecipientView>, ProblemHttpResult>> Put(
        Guid id, CreateRecipient.Request request, Caller caller, HttpContext http, OccasionsDb db, OccasionClock clock, IPlanTable plan, IReplanner planner, CancellationToken cancel) =>
        ChangeAsync(id, _ => request, caller, http, db, clock, plan, planner, cancel);

    internal static async Task<Results<Ok<RecipientView>, ProblemHttpResult>> Patch(
        Guid id, Caller caller, HttpContext http, OccasionsDb db, OccasionClock clock, IPlanTable plan, IReplanner planner, CancellationToken cancel)
    {
        if (!http.Request.HasJsonContentType()) return new Problem(415, "unsupported_media_type", "Send application/merge-patch+json.").ToHttp();
        if (await http.Request.ReadFromJsonAsync<JsonNode>(Json.Wire, cancel) is not JsonObject patch)
            return Problem.Invalid("body", "must be an object with the fields to change").ToHttp();
        return await ChangeAsync(id, row => Merge(row, patch), caller, http, db, clock, plan, planner, cancel);
    }

    internal static async Task<Results<Ok<RecipientView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Func<Recipient, Outcome<CreateRecipient.Request>> change, Caller caller, HttpContext http, OccasionsDb db,
        OccasionClock clock, IPlanTable plan, IReplanner planner, CancellationToken cancel)
    {
        var outcome = await db.InTransactionAsync<Outcome<RecipientView>>(async token =>
        {
            // The planner's lock before the row, as the planner itself takes them: the other way round the two could wait for each other.
            await plan.LockAsync(db, exclusive: false, token);
            var recipient = await db.HoldRecipientAsync(id, token);
            if (recipient is null || !recipient.IsVisibleTo(caller)) return Problem.NotFound;
            if (http.CheckIfMatch(recipient.Version) is { } stale) return stale;
            var request = change(recipient);
            if (!request.Ok) return request.Problem;
            if (request.Value.BusinessId is { } business && business != recipient.BusinessId) return Problem.Invalid("businessId", "cannot be changed");
            var zone = request.Value.TimeZone is null ? await CreateRecipient.DefaultTimeZoneAsync(db, recipient.BusinessId, token) : null;
            var fields = RecipientFields.Read(request.Value, zone, clock.Now());
            if (!fields.Ok) return fields.Problem;

            fields.Value.WriteTo(recipient, clock.Now());
            await db.SaveChangesAsync(token);
            await planner.ReplanAsync(db, recipient, token);
            await db.SaveChangesAsync(token);
            return RecipientView.Of(recipient);
        }, cancel);
        if (!outcome.Ok) return outcome.Problem.ToHttp();
        http.SetETag(outcome.Value.Version);
        return TypedResults.Ok(outcome.Value);
    }

    /// <summary>What the row would be asked to be as a whole; members that are no fields are left alone, as with PUT.</summary>
    private static Outcome<CreateRecipient.Request> Merge(Recipient row, JsonObject patch)
    {
        var whole = JsonSerializer.SerializeToNode(RecipientView.Of(row), Json.Wire)!.AsObject();
        foreach (var field in Fields)
        {
            if (patch.TryGetPropertyValue(field, out var value)) whole[field] = value?.DeepClone();
        }

        try
        {
            return whole.Deserialize<CreateRecipient.Request>(Json.Wire)!;
        }
        catch (JsonException exception)
        {
            var field = exception.Path?.TrimStart('$', '.').Split('.', '[')[0];
            return Problem.Invalid(string.IsNullOrEmpty(field) ? "body" : field, "is missing, malformed or has the wrong type");
        }
    }
}
