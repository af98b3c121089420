using System.Security.Cryptography;
using System.Text;

using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Lets somebody who forgot their password set another: a token goes to the account's address and comes back with the new password. The token names the
/// account and the password that it replaces, so it is good once, and void when the password changes otherwise; it ends after half an hour. It takes the place of
/// the password alone: who has a second factor is asked for it at the sign-in that follows. Whether there is an account is told to nobody.
/// </summary>
internal sealed class PasswordReset(
    AccessDb db, IDataProtectionProvider protection, [FromKeyedServices(SmsSender.Section)] IProviders providers, HourlyBounds bounds, PasswordChange change,
    SignInLimits limits, AccountDirectory directory, IOptions<AccessOptions> options, TimeProvider clock)
{
    /// <summary>How long a token is good.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly AccountToken _tokens = new(protection, "Mainstreet.Access.PasswordReset.v1", Life, clock);

    internal bool Configured => providers.For("email").Count > 0;

    /// <summary>
    /// Has a token sent to an address if an account has it. Known and unknown addresses take the same work and the same answer: who has an account is looked up by
    /// the job that writes the message.
    /// </summary>
    /// <returns>Null; or email_unavailable, too_many_messages.</returns>
    internal async Task<Problem?> AskAsync(string email, Client client, CancellationToken cancel)
    {
        if (!Configured) return AccessProblems.EmailUnavailable;
        var address = EmailNormalizer.Normalize(email);
        // The client's first: who has used theirs up holds no place of an owner's, not even for a moment.
        var byClient = await bounds.TakeAsync($"password-reset:client:{client.Address}", options.Value.PasswordResetsPerClientPerHour, cancel);
        if (byClient.Wait is { } later) return AccessProblems.TooManyEmails(later);
        var byAddress = await bounds.TakeAsync($"password-reset:address:{address}", options.Value.PasswordResetsPerHour, cancel);
        if (byAddress.Wait is { } wait)
        {
            await bounds.GiveBackAsync(byClient.Id, cancel);
            return AccessProblems.TooManyEmails(wait);
        }

        AccountMail.Schedule(db, clock, AccountMail.Topic.PasswordForgotten, address);
        await db.SaveChangesAsync(cancel);
        return null;
    }

    /// <summary>A token for the account's present password.</summary>
    internal string TokenOf(Account account) => _tokens.Seal(account.Id, StampOf(account)).Token;

    /// <summary>Takes a token back and puts the new password in the place of the one that the token is about; every session of the account ends.</summary>
    /// <returns>How many sessions ended; or invalid_token (forged, too old, used, or of a closed account), invalid_request at newPassword.</returns>
    internal async Task<Outcome<int>> ResetAsync(string token, string password, Client client, CancellationToken cancel)
    {
        if (_tokens.Open(token) is not var (id, stamp)) return AccessProblems.InvalidToken;
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
        if (account is not { DisabledAt: null } || StampOf(account) != stamp) return AccessProblems.InvalidToken;
        if (await change.JudgeAsync(account, password, "newPassword") is { } problem) return problem;
        var hash = change.Hash(account, password);
        var ended = await db.InTransactionAsync<Outcome<int>>(async within =>
        {
            await db.LockAccountAsync(id, within);
            if (await db.Accounts.AnyAsync(a => a.Id == id && a.DisabledAt != null, within)) return AccessProblems.InvalidToken;
            var set = await change.SetAsync(account, hash, null, id, PasswordChange.Reset, within);
            // Somebody else used it, or changed the password, meanwhile.
            if (!set.Ok) return AccessProblems.InvalidToken;
            // Wrong guesses came before; whoever was held up by them here is let in with the new one.
            await limits.ClearAsync(EmailNormalizer.Subject(account.Email), client, within);
            await db.SaveChangesAsync(within);
            return set;
        }, cancel);
        if (ended.Ok) directory.Changed(id);
        return ended;
    }

    private static string StampOf(Account account) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account.PasswordHash ?? "")));
}
