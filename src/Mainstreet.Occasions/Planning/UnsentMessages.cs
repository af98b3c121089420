using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Recipients;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Planning;

/// <summary>Stands in for the planner until it is merged: plans nothing, cancels what is there.</summary>
internal sealed class UnsentMessages : IReplanner
{
    public Task ReplanAsync(OccasionsDb db, Recipient recipient, CancellationToken cancel) => Task.CompletedTask;

    public Task ReplanAsync(OccasionsDb db, IReadOnlyList<Recipient> recipients, CancellationToken cancel) => Task.CompletedTask;

    public Task CancelAllAsync(OccasionsDb db, Guid recipientId, CancellationToken cancel) => db.Messages
        .Where(m => m.RecipientId == recipientId && (m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Queued))
        .ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, MessageStatus.Cancelled).SetProperty(m => m.WorkAt, (DateTimeOffset?)null), cancel);
}
