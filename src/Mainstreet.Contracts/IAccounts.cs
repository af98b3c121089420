namespace Mainstreet.Contracts;

/// <summary>An account as other modules see it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Email">As typed at registration.</param>
/// <param name="EmailConfirmed">False while nobody has shown that the address is theirs: grant nothing by the e-mail then.</param>
/// <param name="DisplayName">1 to 200 characters.</param>
/// <param name="Synthetic">Made by <c>mainstreet prove</c>.</param>
public sealed record AccountInfo(Guid Id, string Email, bool EmailConfirmed, string DisplayName, bool Synthetic);

/// <summary>Accounts, implemented by Access.</summary>
public interface IAccounts
{
    /// <summary>The account, or <c>null</c> when it is unknown or disabled.</summary>
    Task<AccountInfo?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>The enabled account with this e-mail (compared as Access does: trimmed, case folded), or <c>null</c>.</summary>
    Task<AccountInfo?> FindByEmailAsync(string email, CancellationToken cancel);
}
