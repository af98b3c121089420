using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Loyalty;

/// <summary>Whether the caller's full name may stand on leaderboards. Nobody's does before they said so. Error: concurrent_change.</summary>
internal static class ProfileRoutes
{
    public sealed record Request(bool ShowName);

    /// <param name="ChangedAt">Null while nothing was said.</param>
    public sealed record Response(bool ShowName, DateTimeOffset? ChangedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/loyalty/profile", Read)
            .WithName("store.loyalty.profile.read").WithSummary("Whether leaderboards show your name")
            .RequireAuthorization(StorePermissions.Loyalty);
        routes.MapPut("/v1/loyalty/profile", Change)
            .WithName("store.loyalty.profile.change").WithSummary("Let leaderboards show your name, or your initials only")
            .RequireAuthorization(StorePermissions.Loyalty).ProducesValidationProblem().ProducesProblem(409);
    }

    internal static async Task<Ok<Response>> Read(Caller caller, StoreDb db, CancellationToken cancel)
    {
        var profile = await db.Set<LoyaltyProfile>().AsNoTracking().SingleOrDefaultAsync(p => p.CustomerId == caller.Id, cancel);
        return TypedResults.Ok(new Response(profile?.ShowName ?? false, profile?.ChangedAt));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Change(
        Request request, Caller caller, StoreDb db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var profile = await db.Set<LoyaltyProfile>().SingleOrDefaultAsync(p => p.CustomerId == caller.Id, cancel);
        if (profile is not null && profile.ShowName == request.ShowName) return TypedResults.Ok(new Response(profile.ShowName, profile.ChangedAt));
        var before = profile?.ShowName ?? false;
        if (profile is null)
        {
            profile = new LoyaltyProfile { CustomerId = caller.Id, ShowName = request.ShowName, ChangedAt = now, Version = 1 };
            db.Add(profile);
        }
        else
        {
            (profile.ShowName, profile.ChangedAt, profile.Version) = (request.ShowName, now, profile.Version + 1);
        }

        await db.AuditAsync(new AuditEntry($"shopper:{caller.Id}", caller.Id, "loyalty.name-shown", before.ToString(), request.ShowName.ToString()), cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || Foundation.Data.Storage.IsUniqueViolation(exception))
        {
            return Problem.ConcurrentChange.ToHttp();
        }

        return TypedResults.Ok(new Response(profile.ShowName, profile.ChangedAt));
    }
}
