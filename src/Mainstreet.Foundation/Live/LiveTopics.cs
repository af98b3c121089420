using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Live;

/// <summary>Asks the policy that owns a topic's prefix.</summary>
internal sealed class LiveTopics(IServiceScopeFactory scopes, IEnumerable<LiveTopicRegistration> registrations)
{
    internal static readonly Problem Forbidden = new(403, "topic_forbidden", "You may not follow this topic, or there is no such topic.");

    private readonly FrozenDictionary<string, Type> _policies =
        registrations.ToFrozenDictionary(r => r.Prefix, r => r.Policy, StringComparer.Ordinal);

    /// <summary>False for a malformed topic and an unknown prefix too.</summary>
    public async Task<bool> AllowsAsync(Caller caller, string? topic, CancellationToken cancel)
    {
        if (!IsWellFormed(topic)) return false;
        var colon = topic!.IndexOf(':', StringComparison.Ordinal);
        if (!_policies.TryGetValue(colon < 0 ? topic : topic[..colon], out var policy)) return false;
        await using var scope = scopes.CreateAsyncScope();
        return await ((ILiveTopicPolicy)scope.ServiceProvider.GetRequiredService(policy)).MaySubscribeAsync(caller, topic, cancel);
    }

    /// <summary>Letters, digits and <c>:._-</c>, at most 200: the rest separates topics in lists, in the outbox and in event ids.</summary>
    private static bool IsWellFormed(string? topic) =>
        topic is { Length: > 0 and <= 200 } && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '.' or '_' or '-');
}

/// <summary><c>user:{id}</c>: one's own.</summary>
internal sealed class UserTopicPolicy : ILiveTopicPolicy
{
    public Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel) =>
        Task.FromResult(topic == $"user:{caller.Id:D}");
}

/// <summary><c>role:{name}</c>: a role that the caller holds, by account or in any business.</summary>
internal sealed class RoleTopicPolicy : ILiveTopicPolicy
{
    public Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel) =>
        Task.FromResult(topic.StartsWith("role:", StringComparison.Ordinal) && caller.HasRole(topic["role:".Length..]));
}

/// <summary><c>all</c>: anybody signed in.</summary>
internal sealed class EverybodyTopicPolicy : ILiveTopicPolicy
{
    public Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel) => Task.FromResult(topic == "all");
}

/// <summary><c>business:{id}</c>: its members, and administrators.</summary>
internal sealed class BusinessTopicPolicy : ILiveTopicPolicy
{
    public Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel) =>
        Task.FromResult(topic.StartsWith("business:", StringComparison.Ordinal)
            && Guid.TryParseExact(topic["business:".Length..], "D", out var id)
            && topic == $"business:{id:D}"
            && (caller.IsAdmin || caller.Memberships.Any(m => m.BusinessId == id)));
}
