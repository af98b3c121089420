using System.Diagnostics;
using System.Globalization;

using Mainstreet.Occasions.Proof;

namespace Mainstreet.Benchmarks.Occasions;

/// <summary>
/// <c>mainstreet serve</c> as a process of its own on the crowd's database, with a sink for its messages. BENCH_PROGRAM names another
/// <c>mainstreet.dll</c> than the one built beside the benchmarks, for example a publication compiled ahead of time.
/// </summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly DeliveryCrowd _crowd;
    private readonly Process _process;
    private readonly ProviderDouble? _sink;
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BenchServer(DeliveryCrowd crowd, Process process, ProviderDouble? sink) => (_crowd, _process, _sink) = (crowd, process, sink);

    internal static async Task<BenchServer> StartAsync(DeliveryCrowd crowd, Uri? sink, Dictionary<string, string> settings, TimeSpan delay = default)
    {
        ProviderDouble? own = null;
        if (sink is null)
        {
            own = await ProviderDouble.StartAsync(TimeProvider.System);
            (own.Remembers, own.Mood) = (false, delay == TimeSpan.Zero ? ProviderMood.Good : new ProviderMood { Delay = delay });
        }

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Program(), "serve", "--urls", "http://127.0.0.1:0", "--no-seed", "--data", crowd.Folder }) start.ArgumentList.Add(argument);
        var all = new Dictionary<string, string>(settings)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Logging:LogLevel:Default"] = "Warning", ["Database:Provider"] = crowd.Database.Provider,
            ["Database:ConnectionString"] = crowd.Database.ConnectionString!, ["Occasions:Providers:0:Url"] = (sink ?? own!.Address).ToString(),
        };
        foreach (var (key, value) in all) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var server = new BenchServer(crowd, new Process { StartInfo = start }, own);
        server._process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        await server._up.Task.WaitAsync(TimeSpan.FromSeconds(90));
        return server;
    }

    /// <summary>Waits until the messages are sent; answers from the first claim (or now) to the last sent, and the most memory that the process held.</summary>
    internal async Task<(TimeSpan Elapsed, long PeakMegabytes)> DrainAsync(int messages)
    {
        while (await _crowd.SentAsync() < messages)
        {
            if (_process.HasExited) throw new InvalidOperationException("The program ended.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        return (await _crowd.SpanAsync(), Peak());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (_sink is not null) await _sink.DisposeAsync();
    }

    private long Peak()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(new string([.. line.Where(char.IsAsciiDigit)]), CultureInfo.InvariantCulture) / 1_024;
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        if (line.StartsWith("Mainstreet serves on", StringComparison.Ordinal)) _up.TrySetResult();
        else Console.Error.WriteLine(line);
    }

    private static string Program()
    {
        if (Environment.GetEnvironmentVariable("BENCH_PROGRAM") is { Length: > 0 } other) return other;
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(here.Parent!.Parent!.FullName, "Mainstreet", here.Name, "mainstreet.dll");
        return File.Exists(built) ? built : Path.Combine(here.FullName, "mainstreet.dll");
    }
}
