using System.Collections.Concurrent;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Outbound;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Access.Tests;

/// <summary>An e-mail provider that keeps what it is given.</summary>
internal sealed partial class Postbox : IProviders, IProvider
{
    private readonly ConcurrentQueue<OutboundMessage> _messages = new();

    private int _tries;

    internal IReadOnlyCollection<OutboundMessage> Messages => _messages;

    /// <summary>How often somebody sent here, whatever came of it.</summary>
    internal int Tries => Volatile.Read(ref _tries);

    internal OutboundMessage Last => _messages.Last();

    /// <summary>The token in the last message.</summary>
    internal string LastToken => Tokens().Match(Last.Text).Value;

    internal SendOutcome Answer { get; set; } = SendOutcome.Accepted;

    /// <summary>Takes text messages too.</summary>
    internal bool Texts { get; init; }

    public string Name => "postbox";

    public string Channel => "email";

    public bool HonoursKeys => false;

    public int Concurrency => 1;

    public DateTimeOffset? ClosedUntil => null;

    public IReadOnlyList<IProvider> All => [this];

    public IReadOnlyList<IProvider> For(string channel) => channel == Channel || Texts ? All : [];

    public IProvider? Find(string name) => name == Name ? this : null;

    public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        Interlocked.Increment(ref _tries);
        if (Answer == SendOutcome.Accepted) _messages.Enqueue(message);
        return Task.FromResult(new SendResult(Answer));
    }

    internal void Register(IServiceCollection services) => services.AddKeyedSingleton<IProviders>("Access:Providers", this);

    // Data Protection's text, base64url with this beginning.
    [GeneratedRegex("CfDJ8[A-Za-z0-9_-]+")]
    private static partial Regex Tokens();
}
