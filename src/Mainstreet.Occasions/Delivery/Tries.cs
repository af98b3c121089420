using Mainstreet.Foundation.Outbound;
using Mainstreet.Occasions.Messages;

namespace Mainstreet.Occasions.Delivery;

/// <summary>The attempts made under one claim, as they will be written.</summary>
internal sealed class Tries(ClaimedMessage message)
{
    private string? _lines;
    private bool _uncertain;
    private string? _channel;
    private string? _provider;
    private string? _reference;
    private string? _error;

    /// <summary>Attempts not written yet.</summary>
    internal int Count { get; private set; }

    /// <summary>Attempts under this claim, written or not.</summary>
    internal int Total { get; private set; }

    internal void Add(string? provider, string? channel, DateTimeOffset started, DateTimeOffset ended, string outcome, SendResult result)
    {
        Count++;
        Total++;
        var line = AttemptLine.Write(new MessageAttempt(
            message.Attempts + Total, provider, channel, started, ended, outcome, result.StatusCode, result.Error, result.Reference));
        _lines = _lines is null ? line : $"{_lines}\n{line}";
        (_provider, _channel) = (provider ?? _provider, channel ?? _channel);
        _reference = result.Reference ?? _reference;
        _error = result.Outcome == SendOutcome.Accepted ? null : result.Error;
        _uncertain |= result.Outcome == SendOutcome.Unknown;
    }

    /// <summary>What is known so far, and whom the next attempt will ask; the claim goes on.</summary>
    internal Completion Flush(Route next)
    {
        var completion = Make(MessageStatus.Sending, held: true, workAt: null, sentAt: null, _error, next.Channel, next.Provider.Name);
        (Count, _lines) = (0, null);
        return completion;
    }

    internal Completion Again(DateTimeOffset at, string? error = null) =>
        Make(MessageStatus.Sending, held: false, at, sentAt: null, _error ?? error, _channel, _provider);

    internal Completion End(MessageStatus status, DateTimeOffset? sentAt = null) =>
        Make(status, held: false, workAt: null, sentAt, _error, _channel, _provider);

    private Completion Make(
        MessageStatus status, bool held, DateTimeOffset? workAt, DateTimeOffset? sentAt, string? error, string? channel, string? provider) => new()
        {
            Id = message.Id,
            Fence = message.Fence,
            Status = status,
            Held = held,
            WorkAt = workAt,
            Tried = Count,
            Uncertain = _uncertain,
            Channel = channel,
            Provider = provider,
            Reference = _reference,
            Error = error,
            SentAt = sentAt,
            History = _lines,
        };
}
