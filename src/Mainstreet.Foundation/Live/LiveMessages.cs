using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Mainstreet.Foundation.Live;

/// <summary>One event as a client sees it.</summary>
/// <param name="Topic">The topic followed.</param>
/// <param name="Offset">Its number in the topic: 1, 2, 3, … without gaps.</param>
/// <param name="Type">What happened, for example <c>ticket.accepted</c>.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Data">The event's own fields: stored JSON, written as it is.</param>
internal sealed record LiveMessage(
    string Topic, long Offset, string Type, DateTimeOffset At, [property: JsonConverter(typeof(StoredJsonConverter))] string Data);

/// <summary>The end of a subscription that the client did not ask for.</summary>
internal sealed record LiveUnsubscribed(string Topic, string Reason);

/// <summary>The end of a connection that the client did not ask for: <c>slow_reader</c>, <c>signed_out</c>, <c>continuity_lost</c>.</summary>
internal sealed record LiveCut(string Reason);

/// <summary>Writes JSON text that is already serialised.</summary>
internal sealed class StoredJsonConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value, skipInputValidation: true);
}

/// <summary>Something for sockets, serialised at most once a transport however many sockets receive it.</summary>
internal abstract class LiveItem(string name, object payload)
{
    /// <summary>For the hub: a call of the client method.</summary>
    public SerializedHubMessage HubMessage => field ??= new SerializedHubMessage(new InvocationMessage(name, [payload]));

    /// <summary>For server-sent events: everything after the <c>id</c> line (WHATWG HTML, 9.2).</summary>
    public byte[] Frame => field ??= LiveFrames.Make(name == "event" ? "message" : name, payload);
}

/// <summary>One event of one topic, as it travels through this process.</summary>
internal sealed class LiveEvent(long id, LiveMessage message) : LiveItem("event", message)
{
    /// <summary>Its place in the whole feed.</summary>
    public long Id { get; } = id;

    public LiveMessage Message { get; } = message;

    public string Topic => Message.Topic;

    public long Offset => Message.Offset;
}

internal sealed class LiveNotice(LiveUnsubscribed unsubscribed) : LiveItem("unsubscribed", unsubscribed)
{
    public string Topic { get; } = unsubscribed.Topic;
}

/// <summary>Frames of server-sent events.</summary>
internal static class LiveFrames
{
    public static byte[] Make(string @event, object payload)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), Json.Wire);
        // A raw line break is white space in JSON but would end the field here.
        for (var i = 0; i < data.Length; i++)
        {
            if (data[i] is (byte)'\n' or (byte)'\r') data[i] = (byte)' ';
        }

        var frame = new ArrayBufferWriter<byte>(data.Length + @event.Length + 20);
        frame.Write("event: "u8);
        frame.Write(Encoding.UTF8.GetBytes(@event));
        frame.Write("\ndata: "u8);
        frame.Write(data);
        frame.Write("\n\n"u8);
        return frame.WrittenSpan.ToArray();
    }
}
