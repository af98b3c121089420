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
/// Writes to the owner of an account, from a worker: what was asked for goes out although a provider is down for a while or a process dies. After a crash between
/// the sending and its record it goes out twice, which harms nobody.
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
    }

    /// <param name="Address">Normalized; perhaps of no account.</param>
    internal sealed record Order(Topic Topic, string Address, DateTimeOffset At);

    // Who asked an hour ago does not wait any more; who was told a day late was told nothing.
    private static readonly TimeSpan LatestAnswer = TimeSpan.FromHours(1);
    private static readonly TimeSpan LatestNotice = TimeSpan.FromDays(1);

    public ModuleDb Db => db;

    /// <summary>Adds the message to what the caller saves.</summary>
    internal static void Schedule(AccessDb db, TimeProvider clock, Topic topic, string address) =>
        db.Schedule(Kind, clock.NewId().ToString("N"), clock.Now(), new Order(topic, address, clock.Now()));

    public async Task RunAsync(JobHold job, CancellationToken cancel)
    {
        var order = job.Execution.Read<Order>();
        if (await FindAsync(order, cancel) is not { } account)
        {
            await job.CompleteAsync(_ => Task.FromResult(0), cancel);
            return;
        }

        var sent = await SendAsync(order.Topic, account, $"access-mail-{job.Execution.Id:N}", cancel);
        await job.CompleteAsync(async token =>
        {
            if (!sent) return 0;
            await db.LockAccountAsync(account.Id, token);
            await db.AuditAsync(new AuditEntry($"account:{account.Id}", null, order.Topic == Topic.PasswordForgotten ? "password.reset-sent" : "password.notice-sent"), token);
            return await db.SaveChangesAsync(token);
        }, CancellationToken.None);
    }

    public Task FailedAsync(JobExecution job, JobFailure failure, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Whom to write to; null for nobody: no such account, a closed one, a made-up address, or too late.</summary>
    private async Task<Account?> FindAsync(Order order, CancellationToken cancel)
    {
        if (clock.Now() - order.At > (order.Topic == Topic.PasswordForgotten ? LatestAnswer : LatestNotice)) return null;
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedEmail == order.Address, cancel);
        if (account is not { Synthetic: false }) return null;
        // A token may go to an address that nobody confirmed: it is worth nothing to whoever asked. A notice may not.
        return order.Topic == Topic.PasswordForgotten ? (account.DisabledAt is null ? account : null) : (account.EmailConfirmed ? account : null);
    }

    /// <returns>False when every provider refused the address for good.</returns>
    /// <exception cref="AccountMailException">Nobody took it; the job comes again.</exception>
    private async Task<bool> SendAsync(Topic topic, Account account, string key, CancellationToken cancel)
    {
        var message = topic == Topic.PasswordForgotten
            ? new OutboundMessage(key, account.Email, $"Another password for {names.Value.Issuer}", Way(reset.TokenOf(account)))
            : new OutboundMessage(key, account.Email, $"Your password for {names.Value.Issuer} was changed", Notice());
        var rejected = false;
        foreach (var provider in providers.For("email"))
        {
            var result = await provider.SendAsync(message, cancel);
            if (result.Outcome is SendOutcome.Accepted or SendOutcome.Unknown) return true;
            Log.NotSent(log, provider.Name, result.Outcome, result.Error);
            rejected |= result.Outcome == SendOutcome.Rejected;
        }

        return rejected ? false : throw new AccountMailException();
    }

    // Never an address made from the request: whoever asks could lead the link, and with it the token, elsewhere.
    private string Way(string token) => options.Value.PublicUrl is { } address
        ? $"Somebody, you we hope, forgot the password of your account. To set another, open\n\n{address.TrimEnd('/')}/reset-password?token={token}\n\nwithin {PasswordReset.Life.TotalMinutes} minutes. It works once, and signs you out everywhere. If it was not you, do nothing: your password stays."
        : $"Somebody, you we hope, forgot the password of your account. To set another, go to Sign in, Forgot your password, I have a token, and paste\n\n{token}\n\nwithin {PasswordReset.Life.TotalMinutes} minutes. It works once, and signs you out everywhere. If it was not you, do nothing: your password stays.";

    private string Notice() =>
        "The password of your account was changed, and you were signed out everywhere else. If it was you, there is nothing to do. If it was not, set another at once: "
        + (options.Value.PublicUrl is { } address ? $"{address.TrimEnd('/')}/forgot-password" : "go to Sign in, Forgot your password") + ".";

    private static partial class Log
    {
        [LoggerMessage(1557, LogLevel.Warning, "Provider {Provider} did not send a message about a password: {Outcome}, {Error}")]
        internal static partial void NotSent(ILogger log, string provider, SendOutcome outcome, string? error);
    }
}

/// <summary>No provider took a message to an account's owner.</summary>
internal sealed class AccountMailException() : Exception("No e-mail provider took the message.");
