using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>Keeps the connection at hand, so that a message is serialised once for all sockets and a write waits for its socket.</summary>
internal sealed class LiveHubLifetime(ILogger<DefaultHubLifetimeManager<LiveHub>> logger) : DefaultHubLifetimeManager<LiveHub>(logger)
{
    public static HubConnectionContext Of(HubCallerContext context) => (HubConnectionContext)context.Items[typeof(HubConnectionContext)]!;

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        connection.Items[typeof(HubConnectionContext)] = connection;
        return base.OnConnectedAsync(connection);
    }
}

/// <summary>The JSON hub protocol, in which trailing arguments may be left out: <c>Subscribe(topic)</c> is <c>Subscribe(topic, null)</c>.</summary>
internal sealed class LiveHubProtocol(IOptions<JsonHubProtocolOptions> options) : IHubProtocol
{
    private readonly JsonHubProtocol _json = new(options);

    public string Name => _json.Name;

    public int Version => _json.Version;

    public TransferFormat TransferFormat => _json.TransferFormat;

    public bool IsVersionSupported(int version) => _json.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _json.GetMessageBytes(message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => _json.WriteMessage(message, output);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        var start = input;
        if (!_json.TryParseMessage(ref input, binder, out message)) return false;
        if (message is not InvocationBindingFailureMessage { Target: nameof(LiveHub.Subscribe) }) return true;
        if (_json.TryParseMessage(ref start, new WithoutLast(binder), out var shorter) && shorter is InvocationMessage call)
            message = new InvocationMessage(call.InvocationId, call.Target, [.. call.Arguments, null], call.StreamIds);
        return true;
    }

    private sealed class WithoutLast(IInvocationBinder inner) : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => inner.GetReturnType(invocationId);

        public Type GetStreamItemType(string streamId) => inner.GetStreamItemType(streamId);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [.. inner.GetParameterTypes(methodName).SkipLast(1)];
    }
}

/// <summary>The session behind a principal: the claim <c>sid</c>, under either name that handlers give it.</summary>
internal static class LiveSession
{
    public static Guid? Of(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirst("sid")?.Value ?? user.FindFirst(ClaimTypes.Sid)?.Value, out var id) ? id : null;
}
