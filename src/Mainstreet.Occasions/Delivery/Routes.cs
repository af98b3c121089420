using Mainstreet.Foundation.Outbound;
using Mainstreet.Occasions.Messages;

namespace Mainstreet.Occasions.Delivery;

/// <summary>One way to reach a recipient.</summary>
internal sealed record Route(string Channel, string? Address, IProvider Provider);

/// <summary>
/// The ways to reach one recipient, in order of preference, and which of them comes next. The first provider is given up for the next
/// only when it certainly did not take the message: it refused it, it could not be tried, or could not take it several times. Once an
/// outcome is unknown, the message stays with that provider: it alone can tell by the key whether it has it already.
/// </summary>
internal sealed class Routes
{
    private readonly List<Route> _routes = [];
    private readonly int _perProvider;
    private Dictionary<string, (int Retries, bool Rejected)>? _tried;
    private string? _pinned;

    private Routes(int perProvider) => _perProvider = perProvider;

    /// <summary>Why there is no route; null when there is one.</summary>
    internal string? WhyNone { get; private set; }

    /// <summary>There is no route only because nobody is configured to carry: an operator can change that.</summary>
    internal bool LacksProvider { get; private set; }

    internal Route First => _routes[0];

    internal static Routes Of(ClaimedMessage message, Addressee to, IProviders providers, int perProvider)
    {
        var routes = new Routes(perProvider);
        var channels = to.Channels.Length > 0 ? to.Channels : message.Channels is { Length: > 0 } business ? business : "webhook";
        string? why = null;
        foreach (var range in channels.AsSpan().Split(','))
        {
            var channel = channels.AsSpan()[range].Trim() switch { "webhook" => "webhook", "email" => "email", "sms" => "sms", var other => other.ToString() };
            var address = channel switch { "email" => to.Email, "sms" => to.Phone, _ => null };
            if (channel != "webhook" && address is null)
            {
                why ??= SkipReasons.NoAddress;
                continue;
            }

            if ((channel == "email" && to.EmailSuppressed) || (channel == "sms" && to.PhoneSuppressed))
            {
                why = SkipReasons.Suppressed;
                continue;
            }

            var carriers = providers.For(channel);
            if (carriers.Count == 0) routes.LacksProvider = true;
            for (var i = 0; i < carriers.Count; i++) routes._routes.Add(new Route(channel, address, carriers[i]));
        }

        if (routes._routes.Count == 0) routes.WhyNone = routes.LacksProvider ? "no provider is configured for its channels" : why ?? SkipReasons.NoAddress;
        if (message.Attempts > 0) routes.Recall(AttemptLine.Read(message.History), message.AttemptsBefore);
        return routes;
    }

    /// <summary>The route to try now, or null when none can be.</summary>
    /// <param name="until">When none is open: the earliest instant at which one may be, on the providers' clock; null when all have refused for good.</param>
    internal Route? Pick(out DateTimeOffset? until)
    {
        until = null;
        Route? best = null;
        var fewest = int.MaxValue;
        foreach (var route in _routes)
        {
            if (_pinned is not null && route.Provider.Name != _pinned) continue;
            var (retries, rejected) = _tried?.GetValueOrDefault(route.Provider.Name) ?? default;
            if (rejected) continue;
            if (route.Provider.ClosedUntil is { } closed)
            {
                if (until is null || closed < until) until = closed;
                continue;
            }

            // In order while attempts are left there, then whoever had fewest.
            if (retries < _perProvider) return route;
            if (retries >= fewest) continue;
            fewest = retries;
            best = route;
        }

        return best;
    }

    /// <summary>Whether the provider has had its share of attempts and another has not.</summary>
    internal bool MovesOn(Route route) =>
        _pinned is null && _tried![route.Provider.Name].Retries >= _perProvider && _routes.Exists(r =>
            r.Provider.Name != route.Provider.Name && (_tried.GetValueOrDefault(r.Provider.Name) is { Rejected: false } state) && state.Retries < _perProvider);

    internal void Note(Route route, SendOutcome outcome)
    {
        _tried ??= new(StringComparer.Ordinal);
        var (retries, rejected) = _tried.GetValueOrDefault(route.Provider.Name);
        if (outcome == SendOutcome.Retry) retries++;
        if (outcome == SendOutcome.Rejected) rejected = true;
        _tried[route.Provider.Name] = (retries, rejected);
        if (outcome == SendOutcome.Unknown) _pinned = route.Provider.Name;
    }

    private void Recall(IReadOnlyList<MessageAttempt> attempts, int before)
    {
        _tried = new(StringComparer.Ordinal);
        foreach (var attempt in attempts)
        {
            if (attempt.Outcome == AttemptLine.Unknown) _pinned = attempt.Provider ?? (_routes.Count > 0 ? First.Provider.Name : null);
            // What came before a replay by hand is forgiven, but not forgotten where nobody knows how it ended.
            if (attempt.Number <= before || attempt.Provider is null) continue;
            var (retries, rejected) = _tried.GetValueOrDefault(attempt.Provider);
            _tried[attempt.Provider] = attempt.Outcome switch
            {
                AttemptLine.Retry => (retries + 1, rejected),
                AttemptLine.Rejected => (retries, true),
                _ => (retries, rejected),
            };
        }

        // A provider that was taken out of the configuration cannot tell any more.
        if (_pinned is not null && !_routes.Exists(r => r.Provider.Name == _pinned)) _pinned = null;
    }
}
