using Mainstreet.Studio.Assistant.Compiler;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Assistant;

/// <summary>Loads the compiler in the background after the start, where requests are answered: the first of them should not wait for it.</summary>
internal sealed partial class WarmUpCompiler(IOptions<AssistantOptions> options, TimeProvider clock, ILogger<WarmUpCompiler> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.WarmUp || CompilerHost.IsLoaded) return;
        // The start itself comes first.
        await Task.Yield();
        try
        {
            var started = clock.GetTimestamp();
            await CSharpCompleter.WarmUpAsync(stoppingToken);
            Log.Ready(log, clock.GetElapsedTime(started).TotalSeconds);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Without the compiler the program still runs; requests for C# will say so.
            Log.NotReady(log, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6311, LogLevel.Information, "The compiler is loaded; it took {Seconds} s")]
        internal static partial void Ready(ILogger log, double seconds);

        [LoggerMessage(6312, LogLevel.Error, "The compiler cannot be loaded; the assistant works without C#")]
        internal static partial void NotReady(ILogger log, Exception exception);
    }
}
