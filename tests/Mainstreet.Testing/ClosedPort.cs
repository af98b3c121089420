using System.Net;
using System.Net.Sockets;

namespace Mainstreet.Testing;

/// <summary>
/// A port of this machine at which nobody ever answers: it is taken and never listened at. A port that was free a moment ago may be another test's server by now.
/// </summary>
public static class ClosedPort
{
    // Held until the process ends, and exclusively, so that the system gives it to nobody else.
    private static readonly Socket Holder = Take();

    public static int Number => ((IPEndPoint)Holder.LocalEndPoint!).Port;

    private static Socket Take()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = true };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
