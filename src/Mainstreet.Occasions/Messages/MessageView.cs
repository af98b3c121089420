using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Messages;

/// <summary>A message on the wire.</summary>
/// <param name="RecipientName">As it is now; null when the recipient was removed.</param>
/// <param name="LocalDate">Day on which the occasion is kept, in the recipient's zone.</param>
/// <param name="SendBy">After it the message is skipped.</param>
/// <param name="Reason">Words that say why day or instant are not the plain ones, separated by a space.</param>
/// <param name="Uncertain">Some attempt ended without a clear answer: the provider may have sent it more than once.</param>
/// <param name="NextAttemptAt">When delivery goes on; null unless queued or sending.</param>
/// <param name="Receipt"><c>delivered</c>, <c>bounced</c> or <c>complained</c>.</param>
public sealed record MessageView(
    Guid Id, Guid BusinessId, Guid RecipientId, string? RecipientName, Occasion Occasion, int LocalYear, string LocalDate, string TimeZone,
    DateTimeOffset DueAt, DateTimeOffset SendBy, MessageStatus Status, string? Reason, int Attempts, bool Uncertain, string? Channel,
    string? Provider, string? LastError, DateTimeOffset? SentAt, DateTimeOffset? NextAttemptAt, string? Receipt, DateTimeOffset? ReceiptAt,
    DateTimeOffset CreatedAt)
{
    /// <summary>Every attempt, oldest first; null in lists.</summary>
    public IReadOnlyList<MessageAttempt>? History { get; init; }

    internal static MessageView Of(Message m, string? recipientName) => new(
        m.Id, m.BusinessId, m.RecipientId, recipientName, m.Occasion, m.LocalYear, m.LocalDate, m.TimeZone, m.DueAt, m.SendBy, m.Status, m.Reason,
        m.Attempts, m.Uncertain, m.Channel, m.Provider, m.LastError, m.SentAt, m.WorkAt, m.Receipt, m.ReceiptAt, m.CreatedAt);

    /// <summary>The message with its recipient's name and its attempts.</summary>
    internal static async Task<MessageView> ReadAsync(Message m, OccasionsDb db, CancellationToken cancel)
    {
        var name = await db.Recipients.AsNoTracking().Where(r => r.Id == m.RecipientId).Select(r => r.FirstName + " " + r.LastName).SingleOrDefaultAsync(cancel);
        return Of(m, name) with { History = m.ReadHistory() };
    }
}

/// <summary>Whose messages a caller sees, and their entity tags.</summary>
internal static class MessageVisibility
{
    /// <summary>Those of the businesses where the caller holds the permission; administrators see all. Self-checks and real people never meet.</summary>
    internal static IQueryable<Message> VisibleTo(this IQueryable<Message> messages, Caller caller)
    {
        var mine = caller.BusinessesWith(OccasionsPermissions.Messages);
        var same = messages.Where(m => m.Synthetic == caller.Synthetic);
        return caller.IsAdmin ? same : same.Where(m => mine.Contains(m.BusinessId));
    }

    /// <summary>Changes with everything that a reader sees of the message.</summary>
    internal static string Tag(this Message m) => string.Create(
        CultureInfo.InvariantCulture,
        $"\"{m.Fence}-{(int)m.Status}-{m.Attempts}-{(m.InFlight ? 1 : 0)}{(m.Uncertain ? 1 : 0)}-{m.WorkAt?.UtcTicks ?? 0:x}-{m.ReceiptAt?.UtcTicks ?? 0:x}\"");

    /// <summary>The problem when the request carries an <c>If-Match</c> that the message does not satisfy; else null.</summary>
    internal static Problem? CheckIfMatch(this HttpContext http, Message message)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0) return null;
        var tags = header.SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return tags.Any(t => t == "*" || t == message.Tag()) ? null : Problem.Stale;
    }

    /// <summary>The attempts, oldest first.</summary>
    internal static IReadOnlyList<MessageAttempt> ReadHistory(this Message message)
    {
        var attempts = new List<MessageAttempt>();
        foreach (var line in (message.History ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (JsonSerializer.Deserialize<MessageAttempt>(line, Json.Stored) is { } attempt) attempts.Add(attempt);
        }

        return attempts;
    }
}
