using System.Security.Cryptography;

using RabbitMQ.Client;

namespace Mainstreet.Testing;

/// <summary>
/// A share of the RabbitMQ server that <c>MAINSTREET_TEST_RABBITMQ</c> names: queues under a prefix of the test's own,
/// deleted at the end.
/// </summary>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly string[] _queues;

    private TestBroker(string uri, string[] queues) => (Uri, _queues) = (uri, queues);

    /// <summary>Why tests with a broker are skipped; <c>null</c> when they run, in CI always.</summary>
    public static string? WhyNot =>
        Server is null && Environment.GetEnvironmentVariable("CI") is not "true" ? "MAINSTREET_TEST_RABBITMQ names no server" : null;

    public string Uri { get; }

    public string Prefix { get; } = $"t{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";

    /// <summary>For a host.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Broker:Uri"] = Uri,
        ["Broker:QueuePrefix"] = Prefix,
        ["Broker:FirstRetry"] = "00:00:00.050",
        ["Broker:LongestRetry"] = "00:00:00.500",
    };

    private static string? Server => Environment.GetEnvironmentVariable("MAINSTREET_TEST_RABBITMQ") is { Length: > 0 } server ? server : null;

    /// <param name="queues">Bare names of queues that the test uses besides <c>events</c>.</param>
    public static TestBroker Create(params string[] queues) => new(
        Server ?? throw new InvalidOperationException("MAINSTREET_TEST_RABBITMQ must name a RabbitMQ server, for example amqp://guest:guest@127.0.0.1:5672."),
        queues);

    /// <summary>On a node of the test's own.</summary>
    public static TestBroker On(BrokerProcess node, params string[] queues)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new TestBroker(node.Uri, queues);
    }

    /// <summary>The name of a queue on the server.</summary>
    public string Queue(string name) => $"{Prefix}.{name}.v1";

    /// <summary>A plain connection, as an operator would have.</summary>
    public Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { Uri = new Uri(Uri), AutomaticRecoveryEnabled = false, ClientProvidedName = "test" }.CreateConnectionAsync();

    public async ValueTask DisposeAsync()
    {
        IConnection connection;
        try
        {
            connection = await ConnectAsync();
        }
        catch (RabbitMQ.Client.Exceptions.BrokerUnreachableException)
        {
            // A node that the test stopped takes its queues with it.
            return;
        }

        await using (connection)
        {
            await using var channel = await connection.CreateChannelAsync();
            foreach (var queue in _queues.Append("events").Distinct())
            {
                await channel.QueueDeleteAsync(Queue(queue));
                await channel.QueueDeleteAsync(Queue(queue) + ".dead");
            }
        }
    }
}
