using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Shows that an account's address is its owner's: a token goes there by e-mail and comes back from the signed-in account. The token names account and
/// address and ends after a day, so it fits no other account and, should the address change, no other address.
/// </summary>
internal sealed partial class EmailConfirmation(
    AccessDb db, IDataProtectionProvider protection, [FromKeyedServices(SmsSender.Section)] IProviders providers, HourlyBounds bounds,
    IOptions<AccessOptions> options, IOptions<SecondFactorOptions> names, TimeProvider clock, ILogger<EmailConfirmation> log)
{
    private readonly AccountToken _tokens = new(protection, "Mainstreet.Access.EmailConfirmation.v1", TimeSpan.FromHours(24), clock);

    internal bool Configured => providers.For("email").Count > 0;

    /// <summary>Whether the account's address is confirmed already.</summary>
    internal Task<bool> DoneAsync(Guid accountId, CancellationToken cancel) => db.Accounts.AnyAsync(a => a.Id == accountId && a.EmailConfirmed, cancel);

    /// <summary>Sends a token to the caller's address.</summary>
    /// <returns>When the token ends; or email_confirmed, email_unavailable, too_many_messages, email_rejected, email_failed.</returns>
    internal async Task<Outcome<DateTimeOffset>> SendAsync(Caller caller, Client client, CancellationToken cancel)
    {
        // Addresses of synthetic accounts are made up: nobody is written to.
        if (!Configured || caller.Synthetic) return AccessProblems.EmailUnavailable;
        if (await DoneAsync(caller.Id, cancel)) return AccessProblems.EmailConfirmed;
        var byAccount = await bounds.TakeAsync($"email-confirmation:account:{caller.Id:N}", options.Value.EmailConfirmationsPerHour, cancel);
        if (byAccount.Wait is { } wait) return AccessProblems.TooManyEmails(wait);
        var byClient = await bounds.TakeAsync($"email-confirmation:client:{client.Address}", options.Value.EmailConfirmationsPerAddressPerHour, cancel);
        if (byClient.Wait is { } later)
        {
            await bounds.GiveBackAsync(byAccount.Id, cancel);
            return AccessProblems.TooManyEmails(later);
        }

        var (token, expires) = _tokens.Seal(caller.Id, EmailNormalizer.Normalize(caller.Email));
        await db.InTransactionAsync(async within =>
        {
            await db.LockAccountAsync(caller.Id, within);
            await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "email.confirmation-sent"), within);
            await db.SaveChangesAsync(within);
        }, cancel);
        var message = new OutboundMessage($"access-email-{clock.NewId():N}", caller.Email, $"Confirm your e-mail for {names.Value.Issuer}", Text(token));
        Problem problem = AccessProblems.EmailFailed;
        foreach (var provider in providers.For("email"))
        {
            var result = await provider.SendAsync(message, cancel);
            if (result.Outcome is SendOutcome.Accepted or SendOutcome.Unknown) return expires;
            Log.NotSent(log, provider.Name, result.Outcome, result.Error);
            if (result.Outcome == SendOutcome.Rejected) problem = AccessProblems.EmailRejected;
        }

        return problem;
    }

    /// <summary>Takes a token back. Again is no error.</summary>
    /// <returns>Null, or invalid_token: forged, too old, another account's or another address's.</returns>
    internal async Task<Problem?> ConfirmAsync(string token, Caller caller, CancellationToken cancel)
    {
        if (_tokens.Open(token) is not var (accountId, address) || accountId != caller.Id) return AccessProblems.InvalidToken;
        return await db.InTransactionAsync<Problem?>(async within =>
        {
            await db.LockAccountAsync(caller.Id, within);
            var account = await db.Accounts.AsNoTracking().Where(a => a.Id == caller.Id).Select(a => new { a.NormalizedEmail, a.EmailConfirmed }).SingleAsync(within);
            if (account.NormalizedEmail != address) return AccessProblems.InvalidToken;
            if (account.EmailConfirmed) return null;
            await MarkAsync(db, caller.Id, caller.Id, "message", within);
            await db.SaveChangesAsync(within);
            return null;
        }, cancel);
    }

    /// <summary>Marks the address as confirmed, with its audit row. Inside a transaction that holds the account's row; the caller saves.</summary>
    internal static async Task MarkAsync(AccessDb db, Guid accountId, Guid? actor, string by, CancellationToken cancel)
    {
        await db.Accounts.Where(a => a.Id == accountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, true), cancel);
        await db.AuditAsync(new AuditEntry($"account:{accountId}", actor, "email.confirmed", Detail: new { by }), cancel);
    }

    // Never an address made from the request: whoever asks could lead the link, and with it the token, elsewhere.
    private string Text(string token) => options.Value.PublicUrl is { } address
        ? $"Somebody, you we hope, opened an account with this address. To confirm that it is yours, sign in and press the button at\n\n{address.TrimEnd('/')}/confirm-email?token={token}\n\nwithin 24 hours. If it was not you, do nothing."
        : $"Somebody, you we hope, opened an account with this address. To confirm that it is yours, sign in, go to Account, then Confirm your e-mail, and paste\n\n{token}\n\nwithin 24 hours. If it was not you, do nothing.";

    private static partial class Log
    {
        [LoggerMessage(1556, LogLevel.Warning, "Provider {Provider} did not send a confirmation: {Outcome}, {Error}")]
        internal static partial void NotSent(ILogger log, string provider, SendOutcome outcome, string? error);
    }
}
