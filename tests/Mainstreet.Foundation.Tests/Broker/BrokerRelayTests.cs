using Mainstreet.Foundation.Tests.Events;
using Mainstreet.Testing;

using Xunit;

namespace Mainstreet.Foundation.Tests.Broker;

/// <summary>Whatever holds for events that the relay delivers holds for events that the broker carries.</summary>
public sealed class BrokerRelayTests : OutboxRelayTests, IAsyncDisposable
{
    private readonly TestBroker _broker;

    public BrokerRelayTests()
    {
        Assert.SkipWhen(TestBroker.WhyNot is not null, TestBroker.WhyNot ?? "");
        _broker = TestBroker.Create();
    }

    protected override string[] Carrier => [.. _broker.Settings.Select(s => $"{s.Key}={s.Value}")];

    public ValueTask DisposeAsync() => _broker.DisposeAsync();
}
