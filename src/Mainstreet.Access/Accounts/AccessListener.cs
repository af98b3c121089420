using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Events;

using Microsoft.Extensions.Hosting;

namespace Mainstreet.Access.Accounts;

/// <summary>Forgets what is cached when any replica says that accounts, sessions, roles or keys changed.</summary>
internal sealed class AccessListener(IWakeUps wakes, AccountDirectory directory, SigningKeys keys) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var waiter = wakes.Listen(Wakes.Access);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await waiter.WaitAsync(TimeSpan.FromMinutes(1), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            directory.Clear();
            keys.Forget();
        }
    }
}
