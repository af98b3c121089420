using System.Globalization;

namespace Mainstreet.Foundation.Load;

/// <summary>What the server and the machine did during a phase. Null: not told by <c>/metrics</c>, or not of this machine.</summary>
internal sealed record PhaseUse
{
    /// <summary>Cores that the server used on average, and how many it may use.</summary>
    public double? ServerCores { get; init; }

    public double? ServerCoresLimit { get; init; }

    /// <summary>Cores of this machine that were busy on average, of how many, and whose they were.</summary>
    public double? MachineCores { get; init; }

    public int? MachineCoresLimit { get; init; }

    public double? DatabaseCores { get; init; }

    public double? GeneratorCores { get; init; }

    /// <summary>Database connections in use at most, and how many the pools hold.</summary>
    public double? ConnectionsMost { get; init; }

    public double? ConnectionsLimit { get; init; }

    /// <summary>Longest queue of the thread pool that was seen.</summary>
    public double? ThreadQueueMost { get; init; }

    /// <summary>Share of the time that the server stood for garbage collection.</summary>
    public double? CollectionShare { get; init; }

    /// <summary>Bytes at most, and how many the server may use.</summary>
    public double? MemoryMost { get; init; }

    public double? MemoryLimit { get; init; }

    /// <summary>Requests that the server turned away because it was overloaded, and the least number that it let in at once.</summary>
    public double? OverloadRefused { get; init; }

    public double? OverloadLimitLeast { get; init; }

    /// <summary>Answers by status, as the server counts them: all others' too.</summary>
    public double? Answered429 { get; init; }

    public double? Answered503 { get; init; }

    public double? Answered5xx { get; init; }
}

/// <summary>Reads <c>/metrics</c> of the targets and <c>/proc</c> while a phase runs.</summary>
internal sealed class ServerWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private readonly IReadOnlyList<Uri> _targets;
    private readonly double? _cores;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly List<(double Seconds, double Bytes)> _memory = [];
    private readonly long _began;

    /// <param name="targets">Servers.</param>
    /// <param name="cores">Cores that a server may use, where it is held to fewer than it knows of.</param>
    /// <param name="clock">Time.</param>
    internal ServerWatch(IReadOnlyList<Uri> targets, double? cores, TimeProvider clock) => (_targets, _cores, _clock, _began) = (targets, cores, clock, clock.GetTimestamp());

    /// <summary>Why the server's figures are missing; null when they are not.</summary>
    internal string? Unread { get; private set; }

    /// <summary>Working set by time since the watch began.</summary>
    internal IReadOnlyList<(double Seconds, double Bytes)> Memory => _memory;

    public void Dispose() => _http.Dispose();

    /// <summary>Watches until the phase is over.</summary>
    internal async Task<PhaseUse> DuringAsync(Func<Task> phase, CancellationToken cancel)
    {
        var local = _targets.All(t => t.IsLoopback);
        var (machine, server, began) = (local ? MachineFigures.Read() : null, await ReadAsync(cancel), _clock.GetTimestamp());
        var readings = new List<ServerFigures>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sampling = SampleAsync(readings, over.Token);
        await phase();
        var seconds = _clock.GetElapsedTime(began).TotalSeconds;
        await over.CancelAsync();
        await sampling;
        var (machineAfter, serverAfter) = (local ? MachineFigures.Read() : null, await ReadAsync(cancel));
        if (serverAfter is not null) readings.Add(serverAfter);
        return Use(server, serverAfter, readings, machine, machineAfter, seconds);
    }

    private PhaseUse Use(
        ServerFigures? before, ServerFigures? after, List<ServerFigures> readings, MachineFigures? machine, MachineFigures? machineAfter, double seconds)
    {
        return new PhaseUse
        {
            ServerCores = Risen("dotnet_process_cpu_time_seconds_total") / seconds,
            ServerCoresLimit = _cores * _targets.Count ?? after?.Sum("dotnet_process_cpu_count"),
            MachineCores = (machineAfter?.Busy - machine?.Busy) / seconds,
            MachineCoresLimit = machine?.Cores,
            DatabaseCores = (machineAfter?.Database - machine?.Database) / seconds,
            GeneratorCores = (machineAfter?.Generator - machine?.Generator) / seconds,
            ConnectionsMost = readings.Max(r => r.Sum("db_connections_active")),
            ConnectionsLimit = after?.Sum("db_client_connection_max"),
            ThreadQueueMost = readings.Max(r => r.Sum("dotnet_thread_pool_queue_length_total")),
            CollectionShare = Risen("dotnet_gc_pause_time_seconds_total") / seconds,
            MemoryMost = readings.Max(r => r.Sum("dotnet_process_memory_working_set_bytes")),
            MemoryLimit = after?.Sum("mainstreet_process_memory_limit_bytes"),
            OverloadRefused = Risen("mainstreet_overload_refused_total"),
            OverloadLimitLeast = readings.Min(r => r.Sum("mainstreet_overload_limit")),
            Answered429 = Risen("http_requests_total", "status_code=\"429\""),
            Answered503 = Risen("http_requests_total", "status_code=\"503\""),
            Answered5xx = Risen("http_requests_total", "status_code=\"5"),
        };

        // A series that was not there before began at 0.
        double? Risen(string name, string? label = null) =>
            before is null || after is null ? null : after.Sum(name, label) is { } now ? now - (before.Sum(name, label) ?? 0) : after.Sum(name) is null ? null : 0;
    }

    private async Task SampleAsync(List<ServerFigures> readings, CancellationToken over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, _clock, over);
                if (await ReadAsync(over) is not { } read) continue;
                readings.Add(read);
                if (read.Sum("dotnet_process_memory_working_set_bytes") is { } bytes) _memory.Add((_clock.GetElapsedTime(_began).TotalSeconds, bytes));
            }
        }
        catch (OperationCanceledException)
        {
            // The phase is over.
        }
    }

    private async Task<ServerFigures?> ReadAsync(CancellationToken cancel)
    {
        var text = new System.Text.StringBuilder();
        foreach (var target in _targets)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(target, "/metrics"), cancel);
                if (!answer.IsSuccessStatusCode)
                {
                    Unread = string.Create(CultureInfo.InvariantCulture, $"/metrics was answered {(int)answer.StatusCode}; it is open to the server's own machine and with Metrics:Public=true");
                    return null;
                }

                text.Append(await answer.Content.ReadAsStringAsync(cancel)).Append('\n');
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
                Unread ??= $"/metrics: {failure.GetBaseException().Message}";
                return null;
            }
        }

        return ServerFigures.Read(text.ToString());
    }
}
