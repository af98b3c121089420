using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.SecondFactor;

/// <summary>Sends codes by text message, within bounds that replicas share. The code is stored before it leaves.</summary>
internal sealed partial class SmsSender(
    AccessDb db, [FromKeyedServices(SmsSender.Section)] IProviders providers, HourlyBounds bounds, IOptions<SecondFactorOptions> options,
    TimeProvider clock, ILogger<SmsSender> log)
{
    internal const string Section = "Access:Providers";

    internal bool Configured => providers.For("sms").Count > 0;

    /// <returns>When the code grows too old; or sms_not_configured, too_many_messages, sms_rejected, sms_failed.</returns>
    internal async Task<Outcome<DateTimeOffset>> SendAsync(Guid accountId, string phone, CancellationToken cancel)
    {
        if (!Configured) return SecondFactorProblems.SmsNotConfigured;
        // By number as well: accounts are free, and each may name any phone.
        var place = await bounds.TakeAsync($"sms:{phone}", options.Value.SmsPerNumberPerHour, cancel);
        if (place.Wait is { } wait) return SecondFactorProblems.TooManyMessages(wait);
        var digits = OneTimeCodes.NewDigits();
        var stored = await db.InTransactionAsync(token => StoreAsync(accountId, phone, digits, token), cancel);
        if (!stored.Ok)
        {
            await bounds.GiveBackAsync(place.Id, cancel);
            return stored.Problem;
        }

        var code = stored.Value!;
        var minutes = options.Value.SmsMinutes;
        var message = new OutboundMessage($"access-sms-{code.Id:N}", phone, null,
            $"{digits} is your {options.Value.Issuer} code, good for {minutes} minutes. Tell it to nobody.");
        Problem problem = SecondFactorProblems.SmsFailed;
        foreach (var provider in providers.For("sms"))
        {
            var result = await provider.SendAsync(message, cancel);
            // Unknown: it may arrive, and a second one through another company would say something else than the first.
            if (result.Outcome is SendOutcome.Accepted or SendOutcome.Unknown) return code.ExpiresAt;
            Log.NotSent(log, provider.Name, result.Outcome, result.Error);
            if (result.Outcome == SendOutcome.Rejected) problem = SecondFactorProblems.SmsRejected;
        }

        return problem;
    }

    private async Task<Outcome<SmsCode>> StoreAsync(Guid accountId, string phone, string digits, CancellationToken cancel)
    {
        var (settings, now) = (options.Value, clock.Now());
        await db.LockAccountAsync(accountId, cancel);
        var hourAgo = now.AddHours(-1);
        var sent = await db.SmsCodes.AsNoTracking().Where(c => c.AccountId == accountId && c.SentAt > hourAgo)
            .OrderByDescending(c => c.SentAt).Select(c => c.SentAt).ToListAsync(cancel);
        if (sent.Count > 0 && sent[0].AddSeconds(settings.SmsSecondsApart) > now)
            return SecondFactorProblems.TooManyMessages(sent[0].AddSeconds(settings.SmsSecondsApart) - now);
        if (sent.Count >= settings.SmsPerHour) return SecondFactorProblems.TooManyMessages(sent[settings.SmsPerHour - 1].AddHours(1) - now);
        var id = clock.NewId();
        var code = new SmsCode
        {
            Id = id, AccountId = accountId, Phone = phone, Hash = SmsCode.HashOf(id, digits), SentAt = now, ExpiresAt = now.AddMinutes(settings.SmsMinutes),
        };
        db.SmsCodes.Add(code);
        await db.AuditAsync(new AuditEntry($"account:{accountId}", null, "second-factor.sms-sent"), cancel);
        await db.SaveChangesAsync(cancel);
        return code;
    }

    private static partial class Log
    {
        [LoggerMessage(1540, LogLevel.Warning, "Provider {Provider} did not send a code: {Outcome}, {Error}")]
        internal static partial void NotSent(ILogger log, string provider, SendOutcome outcome, string? error);
    }
}
