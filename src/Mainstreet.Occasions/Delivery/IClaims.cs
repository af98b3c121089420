namespace Mainstreet.Occasions.Delivery;

/// <summary>
/// Hands out due messages, each to one worker, and writes down what became of them. A claim raises the fence; it ends by itself
/// with its lease, whose end is decided by the database's clock on PostgreSQL, while what is due is decided by the application's.
/// </summary>
internal interface IClaims
{
    /// <summary>
    /// Takes at most <paramref name="count"/> due messages, those that wait longest first. A message that is still marked as in flight
    /// was abandoned: one attempt with unknown outcome is added to it.
    /// </summary>
    Task<IReadOnlyList<ClaimedMessage>> ClaimAsync(DateTimeOffset now, int count, TimeSpan lease, CancellationToken cancel);

    /// <summary>Takes those of the named messages that are queued, or scheduled and due. For work that a broker brought.</summary>
    Task<IReadOnlyList<ClaimedMessage>> ClaimAsync(DateTimeOffset now, Guid[] ids, TimeSpan lease, CancellationToken cancel);

    /// <summary>Writes what became of claimed messages, each once at most.</summary>
    /// <returns>Ids of those whose claim still stood; the others changed nothing.</returns>
    Task<IReadOnlyCollection<Guid>> CompleteAsync(IReadOnlyList<Completion> completions, CancellationToken cancel);

    /// <summary>Prolongs the claims that still stand. Never waits for another's row.</summary>
    /// <returns>The ids of those.</returns>
    Task<IReadOnlyCollection<Guid>> RenewAsync(IReadOnlyList<ClaimedMessage> held, TimeSpan lease, CancellationToken cancel);
}
