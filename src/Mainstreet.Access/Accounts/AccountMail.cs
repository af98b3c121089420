using System.Globalization;

using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Writes to the owner of an account, from a worker: what was asked for goes out although a provider is down for a while or a process dies. Where nobody can know
/// whether it went out (a lost answer, a crash before the record) it goes out again, which harms nobody.
/// </summary>
internal sealed partial class AccountMail(
    AccessDb db, PasswordReset reset, [FromKeyedServices(SmsSender.Section)] IProviders providers, IOptions<AccessOptions> options,
    IOptions<SecondFactorOptions> names, TimeProvider clock, ILogger<AccountMail> log) : ILongJobHandler
{
    internal const string Kind = "access.account_mail";

    /// <summary>What a message is about.</summary>
    internal enum Topic
    {
        /// <summary>Somebody asked for another password.</summary>
        PasswordForgotten,

        /// <summary>The password is another one now.</summary>
        PasswordChanged,

        /// <summary>An authenticator app is asked for from now on.</summary>
        AuthenticatorAdded,

        /// <summary>The authenticator app is not asked for any more.</summary>
        AuthenticatorRemoved,

        /// <summary>Codes are sent to a phone from now on.</summary>
        PhoneAdded,

        /// <summary>No codes are sent to the phone any more.</summary>
        PhoneRemoved,

        /// <summary>The former recovery codes are void, there are others.</summary>
        RecoveryCodesReplaced,

        /// <summary>Somebody went past the second factor with one of them.</summary>
        RecoveryCodeUsed,

        /// <summary>The operator took every second factor off.</summary>
        SecondFactorReset,
    }

    /// <param name="Address">Normalized; perhaps of no account.</param>
    internal sealed record Order(Topic Topic, string Address, DateTimeOffset At);

    private enum Sending
    {
        /// <summary>There is nobody to write to, or every provider refused the address for good.</summary>
        Over,

        Sent,

        /// <summary>No provider took it for certain, and one may later.</summary>
        Later,
    }

    // Who asked an hour ago does not wait any more; who was told a day late was told nothing.
    private static readonly TimeSpan LatestAnswer = TimeSpan.FromHours(1);
    private static readonly TimeSpan LatestNotice = TimeSpan.FromDays(1);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public ModuleDb Db => db;

    /// <summary>Adds the message to what the caller saves.</summary>
    internal static void Schedule(AccessDb db, TimeProvider clock, Topic topic, string address) => Schedule(db, clock, new Order(topic, address, clock.Now()), TimeSpan.Zero);

    public async Task RunAsync(JobHold job, CancellationToken cancel)
    {
        var order = job.Execution.Read<Order>();
        var account = await FindAsync(order, cancel);
        var outcome = account is null ? Sending.Over : await SendAsync(order, account, $"access-mail-{job.Execution.Id:N}", cancel);
        await job.CompleteAsync(async token =>
        {
            // Not the runner's own tries, which end after some minutes and leave a dead row: a provider may be down for longer.
            if (outcome == Sending.Later) Schedule(db, clock, order, WaitAt(clock.Now() - order.At));
            if (account is null || outcome != Sending.Sent) return 0;
            await db.LockAccountAsync(account.Id, token);
            await db.AuditAsync(order.Topic switch
            {
                Topic.PasswordForgotten => new AuditEntry($"account:{account.Id}", null, "password.reset-sent"),
                Topic.PasswordChanged => new AuditEntry($"account:{account.Id}", null, "password.notice-sent"),
                _ => new AuditEntry($"account:{account.Id}", null, "second-factor.notice-sent", Detail: new { about = order.Topic.ToString() }),
            }, token);
            return 1;
        }, CancellationToken.None);
    }

    public Task FailedAsync(JobExecution job, JobFailure failure, CancellationToken cancel) => Task.CompletedTask;

    private static void Schedule(AccessDb db, TimeProvider clock, Order order, TimeSpan wait) => db.Schedule(Kind, clock.NewId().ToString("N"), clock.Now() + wait, order);

    /// <summary>As long again as it took so far, within bounds.</summary>
    private static TimeSpan WaitAt(TimeSpan age) => age < ShortestWait ? ShortestWait : age > LongestWait ? LongestWait : age;

    /// <summary>Whom to write to; null for nobody: no such account, a made-up address, one that a notice must not go to, or too late.</summary>
    private async Task<Account?> FindAsync(Order order, CancellationToken cancel)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedEmail == order.Address, cancel);
        if (account is not { Synthetic: false }) return null;
        // A token may go to an address that nobody confirmed: it is worth nothing to whoever asked. A notice may not.
        if (order.Topic == Topic.PasswordForgotten ? account.DisabledAt is not null : !account.EmailConfirmed) return null;
        if (clock.Now() - order.At <= (order.Topic == Topic.PasswordForgotten ? LatestAnswer : LatestNotice)) return account;
        Log.TooLate(log, order.Topic, account.Id);
        return null;
    }

    private async Task<Sending> SendAsync(Order order, Account account, string key, CancellationToken cancel)
    {
        var message = order.Topic == Topic.PasswordForgotten
            ? new OutboundMessage(key, account.Email, $"Another password for {names.Value.Issuer}", Way(reset.TokenOf(account)))
            : Notice(order, key, account.Email);
        var (asked, rejected) = (0, 0);
        foreach (var provider in providers.For("email"))
        {
            var result = await provider.SendAsync(message, cancel);
            if (result.Outcome == SendOutcome.Accepted) return Sending.Sent;
            Log.NotSent(log, provider.Name, result.Outcome, result.Error);
            asked++;
            if (result.Outcome == SendOutcome.Rejected) rejected++;
        }

        return asked > 0 && rejected == asked ? Sending.Over : Sending.Later;
    }

    // Never an address made from the request: whoever asks could lead the link, and with it the token, elsewhere.
    private string Way(string token) => options.Value.PublicUrl is { } address
        ? $"Somebody, you we hope, forgot the password of your account. To set another, open\n\n{address.TrimEnd('/')}/reset-password?token={token}\n\nwithin {PasswordReset.Life.TotalMinutes} minutes. It works once, and signs you out everywhere. If it was not you, do nothing: your password stays."
        : $"Somebody, you we hope, forgot the password of your account. To set another, go to Sign in, Forgot your password, I have a token, and paste\n\n{token}\n\nwithin {PasswordReset.Life.TotalMinutes} minutes. It works once, and signs you out everywhere. If it was not you, do nothing: your password stays.";

    private OutboundMessage Notice(Order order, string key, string to)
    {
        var (subject, what) = order.Topic switch
        {
            Topic.PasswordChanged => ("Your password for {0} was changed", "The password of your account was changed, and you were signed out everywhere else."),
            Topic.AuthenticatorAdded => ("An authenticator app was added to {0}", "From now on, signing in to your account asks for a code of an authenticator app."),
            Topic.AuthenticatorRemoved => ("The authenticator app was removed from {0}", "Signing in to your account does not ask for a code of the authenticator app any more."),
            Topic.PhoneAdded => ("A phone was added to {0}", "From now on, codes for signing in to your account are sent to a phone."),
            Topic.PhoneRemoved => ("The phone was removed from {0}", "Codes for signing in to your account are not sent to the phone any more."),
            Topic.RecoveryCodesReplaced => ("New recovery codes for {0}", "New recovery codes were made for your account; the former ones are void."),
            Topic.RecoveryCodeUsed => ("A recovery code for {0} was used", "One of your recovery codes was used in the place of the second factor. It works no more."),
            Topic.SecondFactorReset => ("The second factor for {0} was taken off", "Whoever runs this place took the second factor off your account: the password alone signs in, and you were signed out everywhere."),
            _ => throw new InvalidOperationException($"There is no notice about {order.Topic}."),
        };
        var way = options.Value.PublicUrl is { } address ? $"{address.TrimEnd('/')}/forgot-password" : "go to Sign in, Forgot your password";
        // Another password ends all sessions; a factor that a stranger added stays, and only the operator can take it off.
        var rest = order.Topic == Topic.PasswordChanged ? "" : " Then write to whoever runs this place.";
        return new OutboundMessage(
            key, to, string.Format(CultureInfo.InvariantCulture, subject, names.Value.Issuer),
            // A provider may be away for hours, and two notices come in any order: each says when.
            $"{order.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC: {what} If it was you, or was done for you, there is nothing to do. If not, set another password at once: {way}.{rest}");
    }

    private static partial class Log
    {
        [LoggerMessage(1557, LogLevel.Warning, "Provider {Provider} did not send a message about an account: {Outcome}, {Error}")]
        internal static partial void NotSent(ILogger log, string provider, SendOutcome outcome, string? error);

        [LoggerMessage(1558, LogLevel.Warning, "The message {Topic} to account {AccountId} is given up: no provider took it in time")]
        internal static partial void TooLate(ILogger log, Topic topic, Guid accountId);
    }
}
