using System.Globalization;
using System.Text;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs.Alerts;

/// <summary>
/// Mails what saved searches found since the last mail, one mail a search, through the providers of <see cref="Section"/> that do e-mail. A mail is
/// written down before it leaves; one of which nobody knows whether it arrived is sent again only through a provider that knows its key.
/// </summary>
internal sealed partial class MailJobAlerts(
    CareersDb db, IAccounts accounts, [FromKeyedServices(MailJobAlerts.Section)] IProviders providers, IOptions<JobsOptions> options, TimeProvider clock, ILogger<MailJobAlerts> log) : IRecurringJob
{
    internal const string Name = "careers.mail_job_alerts";

    internal const string Section = "Careers:Providers";

    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private const int MostNamed = 20;

    private const int MostAttempts = 10;

    private const int Batch = 100;

    public async Task RunAsync(CancellationToken cancel)
    {
        if (providers.For("email").Count == 0) return;
        await WriteDownAsync(cancel);
        while (true)
        {
            var now = clock.Now();
            var alert = await db.JobAlerts.AsNoTracking().Where(a => a.FinishedAt == null && a.NotBefore <= now).OrderBy(a => a.NotBefore).ThenBy(a => a.Id).FirstOrDefaultAsync(cancel);
            if (alert is null || !await SendAsync(alert, cancel)) return;
        }
    }

    /// <summary>Makes a mail for each search that has something new and no mail under way.</summary>
    private async Task WriteDownAsync(CancellationToken cancel)
    {
        while (true)
        {
            var made = await db.InTransactionAsync(async token =>
            {
                var searches = await db.JobSearches.AsNoTracking()
                    .Where(s => s.ByEmail && db.JobSearchHits.Any(h => h.SearchId == s.Id && h.AlertId == null) && !db.JobAlerts.Any(a => a.SearchId == s.Id && a.FinishedAt == null))
                    .OrderBy(s => s.Id).Take(Batch).ToListAsync(token);
                foreach (var search in searches)
                {
                    var id = clock.NewId();
                    var postings = await db.JobSearchHits.Where(h => h.SearchId == search.Id && h.AlertId == null).ExecuteUpdateAsync(row => row.SetProperty(h => h.AlertId, id), token);
                    db.JobAlerts.Add(new JobAlert { Id = id, SearchId = search.Id, State = AlertState.Waiting, Postings = postings, NotBefore = clock.Now(), CreatedAt = clock.Now() });
                }

                await db.SaveChangesAsync(token);
                return searches.Count;
            }, cancel);
            db.ChangeTracker.Clear();
            if (made < Batch) return;
        }
    }

    /// <returns>False when no provider takes anything at present.</returns>
    private async Task<bool> SendAsync(JobAlert alert, CancellationToken cancel)
    {
        var search = await db.JobSearches.AsNoTracking().SingleAsync(s => s.Id == alert.SearchId, cancel);
        // Begun by a run that never ended it: it may have left.
        if (alert.State == AlertState.Sending && !providers.For("email").Any(p => p.HonoursKeys)) return await EndAsync(alert, AlertState.Unknown, cancel);
        var account = await accounts.FindAsync(search.AccountId, cancel);
        if (account is not { EmailConfirmed: true } || account.Synthetic) return await EndAsync(alert, AlertState.Failed, cancel);
        var message = await MessageAsync(alert, search, account, cancel);
        foreach (var provider in providers.For("email").Where(p => p.ClosedUntil is null))
        {
            if (alert.State == AlertState.Sending && !provider.HonoursKeys) continue;
            await MarkAsync(alert, AlertState.Sending, alert.Attempts + 1, alert.NotBefore, null, cancel);
            SendResult result;
            try
            {
                result = await provider.SendAsync(message, cancel);
            }
            catch (OperationCanceledException)
            {
                // Nothing left.
                await MarkAsync(alert, alert.State, alert.Attempts, alert.NotBefore, null, CancellationToken.None);
                throw;
            }

            // The mail may have left: what came of it is written down though the process be told to stop.
            switch (result.Outcome)
            {
                case SendOutcome.Accepted:
                    return await EndAsync(alert, AlertState.Sent, CancellationToken.None);
                case SendOutcome.Rejected:
                    Log.NotSent(log, provider.Name, result.Outcome, result.Error);
                    return await EndAsync(alert, AlertState.Failed, CancellationToken.None);
                case SendOutcome.Unknown when !provider.HonoursKeys:
                    Log.NotSent(log, provider.Name, result.Outcome, result.Error);
                    return await EndAsync(alert, AlertState.Unknown, CancellationToken.None);
                default:
                    Log.NotSent(log, provider.Name, result.Outcome, result.Error);
                    var attempts = alert.Attempts + 1;
                    if (attempts >= MostAttempts) return await EndAsync(alert, AlertState.Failed, CancellationToken.None);
                    var wait = Backoff.After(attempts, TimeSpan.FromMinutes(1), TimeSpan.FromHours(6));
                    var state = result.Outcome == SendOutcome.Unknown ? AlertState.Sending : AlertState.Waiting;
                    await MarkAsync(alert, state, attempts, (result.NotBefore ?? clock.Now()) + wait, null, CancellationToken.None);
                    return true;
            }
        }

        return false;
    }

    private async Task<OutboundMessage> MessageAsync(JobAlert alert, SavedJobSearch search, AccountInfo account, CancellationToken cancel)
    {
        var ids = await db.JobSearchHits.AsNoTracking().Where(h => h.AlertId == alert.Id).OrderBy(h => h.At).ThenBy(h => h.PostingId).Select(h => h.PostingId).Take(MostNamed).ToListAsync(cancel);
        var postings = await db.Postings.AsNoTracking().Where(p => ids.Contains(p.Id)).OrderBy(p => p.Id).Select(p => new { p.Id, p.Title, p.Company, p.Places, p.Url }).ToListAsync(cancel);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"New for your search “{search.Name}”:\n\n");
        foreach (var p in postings)
        {
            text.Append("- ").Append(string.Join(", ", new[] { p.Title, p.Company, Place.Parse(p.Places).Select(one => one.Text).FirstOrDefault() }.OfType<string>())).Append('\n');
            if (options.Value.PublicUrl is { } here) text.Append(CultureInfo.InvariantCulture, $"  {here.TrimEnd('/')}/careers/jobs/{p.Id}\n");
            else if (p.Url is { } there) text.Append("  ").Append(there).Append('\n');
        }

        if (alert.Postings > postings.Count) text.Append(CultureInfo.InvariantCulture, $"\nand {alert.Postings - postings.Count} more.\n");
        text.Append("\nYou asked to be told. To end it, remove the search from your saved searches.\n");
        var subject = alert.Postings == 1 ? $"A new job for “{search.Name}”" : $"{alert.Postings.ToString(CultureInfo.InvariantCulture)} new jobs for “{search.Name}”";
        return new OutboundMessage($"careers-alert-{alert.Id:N}", account.Email, subject, text.ToString());
    }

    private async Task<bool> EndAsync(JobAlert alert, AlertState state, CancellationToken cancel)
    {
        await MarkAsync(alert, state, alert.Attempts + 1, alert.NotBefore, clock.Now(), cancel);
        return true;
    }

    private Task<int> MarkAsync(JobAlert alert, AlertState state, int attempts, DateTimeOffset notBefore, DateTimeOffset? finished, CancellationToken cancel) =>
        db.InTransactionAsync(token => db.JobAlerts.Where(a => a.Id == alert.Id).ExecuteUpdateAsync(
            row => row.SetProperty(a => a.State, state).SetProperty(a => a.Attempts, attempts).SetProperty(a => a.NotBefore, notBefore).SetProperty(a => a.FinishedAt, finished), token), cancel);

    private static partial class Log
    {
        [LoggerMessage(5020, LogLevel.Warning, "Provider {Provider} did not send a job alert: {Outcome}, {Error}")]
        internal static partial void NotSent(ILogger log, string provider, SendOutcome outcome, string? error);
    }
}
