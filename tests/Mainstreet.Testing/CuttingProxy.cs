using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mainstreet.Testing;

/// <summary>
/// Carries TCP to a server, and breaks a connection off after so many bytes to it or from it, or all of them when it is told to: how a server goes away without being
/// stopped. Keeps what each connection began with.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private const int Kept = 4096;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _begun = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private int _cuts;

    /// <param name="server">Where to: host and port.</param>
    /// <param name="cuts">How many connections are cut before one is left whole.</param>
    public CuttingProxy(Uri server, int cuts = 0)
    {
        ArgumentNullException.ThrowIfNull(server);
        (_server, _cuts) = (server, cuts);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Bytes to the server after which a connection that is cut is cut.</summary>
    public long AfterSent { get; init; } = long.MaxValue;

    /// <summary>Bytes from the server after which a connection that is cut is cut.</summary>
    public long AfterReceived { get; init; } = long.MaxValue;

    /// <summary>Called after each piece that was carried.</summary>
    public Action<int>? Carried { get; init; }

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>The first bytes of each connection, as text.</summary>
    public IReadOnlyList<string> Begun => [.. _begun];

    /// <summary>Resets every connection and takes no other.</summary>
    public async Task CutAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true) carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(carried);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var cut = Interlocked.Decrement(ref _cuts) >= 0;
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port, over.Token);
            var ways = new[]
            {
                CarryAsync(near.GetStream(), far.GetStream(), cut ? AfterSent : long.MaxValue, _begun.Enqueue, over.Token),
                CarryAsync(far.GetStream(), near.GetStream(), cut ? AfterReceived : long.MaxValue, null, over.Token),
            };
            await Task.WhenAny(ways);
            if (cut || _end.IsCancellationRequested)
            {
                near.Client.LingerState = new LingerOption(true, 0);
                far.Client.LingerState = new LingerOption(true, 0);
            }

            await over.CancelAsync();
            await Task.WhenAll(ways);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // Cut, or the other side was faster.
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, long most, Action<string>? begun, CancellationToken cancel)
    {
        var buffer = new byte[16_384];
        var said = false;
        while (most > 0)
        {
            var read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most)), cancel);
            if (read == 0) return;
            if (!said) begun?.Invoke(Encoding.Latin1.GetString(buffer, 0, Math.Min(read, Kept)));
            said = true;
            most -= read;
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            Carried?.Invoke(read);
        }
    }
}
