namespace Mainstreet.Foundation.Authorization;

/// <summary>The live view of accounts, implemented by Access and answered from memory where it can be.</summary>
public interface IAccountDirectory
{
    /// <summary>The caller for an account, or <c>null</c> when it is unknown, disabled or the session has ended.</summary>
    /// <param name="accountId">The token's subject.</param>
    /// <param name="sessionId">The token's session; a signed-out session answers <c>null</c>.</param>
    /// <param name="cancel">Ends the wait.</param>
    ValueTask<Caller?> FindAsync(Guid accountId, Guid? sessionId, CancellationToken cancel);

    /// <summary>Display names of the accounts that exist among these; at most 500 a call.</summary>
    Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> accountIds, CancellationToken cancel);
}
