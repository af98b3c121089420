using System.Net;
using System.Net.Sockets;

namespace Mainstreet.Foundation.Tests.Observability;

/// <summary>Carries TCP to a server until it is cut: how a database goes away without being stopped.</summary>
internal sealed class CuttableProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _cut = new();
    private readonly string _host;
    private readonly int _port;

    internal CuttableProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        Accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private Task Accepting { get; }

    internal async Task CutAsync()
    {
        await _cut.CancelAsync();
        _listener.Stop();
        await Accepting;
    }

    public void Dispose()
    {
        _cut.Cancel();
        _listener.Dispose();
        _cut.Dispose();
    }

    private async Task AcceptAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true) carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_cut.Token)));
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
        try
        {
            await far.ConnectAsync(_host, _port, _cut.Token);
            await Task.WhenAny(
                near.GetStream().CopyToAsync(far.GetStream(), _cut.Token), far.GetStream().CopyToAsync(near.GetStream(), _cut.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            near.Client.LingerState = new LingerOption(true, 0);
        }
    }
}
