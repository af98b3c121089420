namespace Mainstreet.Trades.Offers;

/// <summary>
/// Lets the accepts of one ticket through to the database one at a time in this process, and tells those who waited while one won
/// that they lost. The database alone decides (other replicas race too); but twenty transactions that wait there for one row cost
/// twenty connections and eighty round trips, and waiting here costs nothing.
/// </summary>
internal sealed class AcceptTurns
{
    private readonly Dictionary<Guid, Queue> _queues = [];

    /// <summary>Waits for the ticket's turn. Dispose the turn when the transaction has ended.</summary>
    internal async Task<Turn> EnterAsync(Guid ticketId, CancellationToken cancel)
    {
        Queue queue;
        int wins;
        lock (_queues)
        {
            if (!_queues.TryGetValue(ticketId, out queue!)) _queues.Add(ticketId, queue = new Queue());
            queue.Members++;
            wins = queue.Wins;
        }

        try
        {
            await queue.Gate.WaitAsync(cancel);
        }
        catch
        {
            Leave(ticketId, queue);
            throw;
        }

        // Only a win after this accept arrived: an earlier one may have been given back since.
        return new Turn(this, ticketId, queue, queue.Wins != wins ? queue.Winner : null);
    }

    private void Leave(Guid ticketId, Queue queue)
    {
        lock (_queues)
        {
            if (--queue.Members > 0) return;
            _queues.Remove(ticketId);
        }

        queue.Gate.Dispose();
    }

    internal sealed class Queue
    {
        internal SemaphoreSlim Gate { get; } = new(1, 1);

        internal int Members { get; set; }

        internal int Wins { get; set; }

        internal Guid Winner { get; set; }
    }

    /// <summary>One accept's time at the database.</summary>
    internal sealed class Turn(AcceptTurns turns, Guid ticketId, Queue queue, Guid? lostTo) : IDisposable
    {
        /// <summary>The contractor whose accept was committed while this one waited.</summary>
        internal Guid? LostTo => lostTo;

        /// <summary>Call after the commit.</summary>
        internal void Won(Guid contractorId)
        {
            lock (turns._queues)
            {
                queue.Winner = contractorId;
                queue.Wins++;
            }
        }

        public void Dispose()
        {
            queue.Gate.Release();
            turns.Leave(ticketId, queue);
        }
    }
}
