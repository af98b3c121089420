using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Live;

/// <summary>Permissions of the live channel.</summary>
public static class LivePermissions
{
    public const string Stats = "foundation.live.stats";

    public static IReadOnlyList<Permission> All { get; } = [new Permission(Stats, Roles.Admin)];
}

/// <summary>The live channel in numbers, over all replicas; another replica's numbers are as old as its last sign of life.</summary>
internal static class LiveStats
{
    /// <param name="Sent">Events since the living replicas started.</param>
    /// <param name="Cut">Connections ended by the server since then.</param>
    public sealed record Response(
        int Connections, int Subscriptions, int Topics, long Sent, long Cut, IReadOnlyList<Replica> Replicas, Feed Feed);

    public sealed record Replica(string Id, int Connections);

    public sealed record Feed(DateTimeOffset? Oldest, long Rows);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/live/stats", Handle)
        .WithName("foundation.live.stats")
        .WithSummary("Live connections, subscriptions and the feed, over all replicas.")
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .RequireAuthorization(LivePermissions.Stats);

    internal static async Task<Ok<Response>> Handle(
        FoundationDb db, LiveConnections connections, LivePresence presence, LiveMetrics metrics, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var others = await db.Set<LiveReplicaRow>().AsNoTracking()
            .Where(r => r.ExpiresAt > now && r.Id != presence.ReplicaId).OrderBy(r => r.Id).ToListAsync(cancel);
        var ids = others.Select(r => r.Id).ToList();
        var topics = await db.Set<LivePresenceRow>().Where(p => ids.Contains(p.ReplicaId)).Select(p => p.Topic).Distinct().ToListAsync(cancel);
        var feed = new Feed(
            await db.Set<LiveEventRow>().MinAsync(e => (DateTimeOffset?)e.At, cancel), await db.Set<LiveEventRow>().LongCountAsync(cancel));
        return TypedResults.Ok(new Response(
            connections.Count + others.Sum(r => r.Connections),
            connections.SubscriptionCount + others.Sum(r => r.Subscriptions),
            topics.Union(connections.Topics).Count(),
            metrics.SentTotal + others.Sum(r => r.Sent),
            metrics.CutTotal + others.Sum(r => r.Cut),
            [new Replica(presence.ReplicaId, connections.Count), .. others.Select(r => new Replica(r.Id, r.Connections))],
            feed));
    }
}

/// <summary>Who follows a topic. Authorised like a subscription. Errors: topic_forbidden.</summary>
internal static class ReadLivePresence
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/live/presence", Handle)
        .WithName("foundation.live.presence")
        .WithSummary("Who follows a topic now, on all replicas.")
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .RequireAuthorization();

    internal static async Task<Results<Ok<LivePresenceView>, ProblemHttpResult>> Handle(
        string? topic, Caller caller, LiveTopics topics, LivePresence presence, CancellationToken cancel) =>
        await topics.AllowsAsync(caller, topic, cancel)
            ? TypedResults.Ok(await presence.ViewAsync(topic!, cancel))
            : LiveTopics.Forbidden.ToHttp();
}
