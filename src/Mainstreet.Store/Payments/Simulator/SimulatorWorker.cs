using System.Net.Http.Headers;
using System.Text;

using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;
using Mainstreet.Store.Payments.Razorpay;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments.Simulator;

/// <summary>Sends the simulated provider's webhooks, at least once: repeated with growing waits for a day until they are answered with 2xx.</summary>
internal sealed partial class SimulatorWorker(
    IDbContextFactory<StoreDb> contexts, PaymentProviders providers, IOptions<PaymentsOptions> options, SimulatorWake wake, IHostApplicationLifetime lifetime, TimeProvider clock,
    ILogger<SimulatorWorker> log) : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, MaxConnectionsPerServer = 16 })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!providers.Simulated || !await StartedAsync(stoppingToken)) return;
        var target = options.Value.Razorpay.SimulatorWebhookUrl is { } url ? new Uri(url) : new Uri(providers.OwnAddress(), "v1/payments/razorpay/webhook");
        while (!stoppingToken.IsCancellationRequested)
        {
            var any = false;
            try
            {
                any = await RoundAsync(target, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.RoundFailed(log, exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (!any) await wake.WaitAsync(TimeSpan.FromSeconds(1), clock, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    private async Task<bool> StartedAsync(CancellationToken stop)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> RoundAsync(Uri target, CancellationToken stop)
    {
        var now = clock.Now();
        await using var db = await contexts.CreateDbContextAsync(stop);
        var due = await db.SimulatedEvents.AsNoTracking().Where(e => e.DueAt <= now).OrderBy(e => e.DueAt).ThenBy(e => e.Id).Take(64).ToListAsync(stop);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stop }, (told, token) => SendAsync(target, told, token));
        return due.Count > 0;
    }

    private async ValueTask SendAsync(Uri target, SimulatedEvent told, CancellationToken stop)
    {
        await using var db = await contexts.CreateDbContextAsync(stop);
        var until = (clock.Now() + Lease).Cut();
        var mine = await db.InTransactionAsync(token => db.SimulatedEvents.Where(e => e.Id == told.Id && e.DueAt == told.DueAt)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.DueAt, until).SetProperty(e => e.Attempts, e => e.Attempts + 1), token), stop);
        if (mine == 0) return;
        var taken = await PostAsync(target, told, stop);
        var next = (clock.Now() + Backoff.After(told.Attempts + 1, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))).Cut();
        await db.InTransactionAsync(token => taken || told.Attempts >= 40
            ? db.SimulatedEvents.Where(e => e.Id == told.Id).ExecuteDeleteAsync(token)
            : db.SimulatedEvents.Where(e => e.Id == told.Id).ExecuteUpdateAsync(set => set.SetProperty(e => e.DueAt, next), token), stop);
    }

    private async Task<bool> PostAsync(Uri target, SimulatedEvent told, CancellationToken stop)
    {
        var bytes = Encoding.UTF8.GetBytes(told.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.TryAddWithoutValidation(RazorpaySignatures.Header, RazorpaySignatures.Sign(providers.Account!.WebhookSecrets[0], bytes));
        request.Headers.TryAddWithoutValidation(RazorpaySignatures.EventIdHeader, told.Id);
        try
        {
            using var answer = await _http.SendAsync(request, stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            Log.NotDelivered(log, told.Attempts + 1, exception.GetType().Name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4351, LogLevel.Warning, "The simulated provider could not look for webhooks to send")]
        internal static partial void RoundFailed(ILogger log, Exception exception);

        [LoggerMessage(4352, LogLevel.Debug, "The simulated provider could not deliver a webhook at try {Try}: {Kind}")]
        internal static partial void NotDelivered(ILogger log, int @try, string kind);
    }
}
