using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Configuration;

/// <summary>How the files stand beside what is in force.</summary>
/// <param name="Rejected">Why the last edit is not taken; null when there is none such.</param>
/// <param name="NeedRestart">Settings that changed in files and need a restart, by key.</param>
/// <param name="Taken">Edits taken since the start.</param>
internal sealed record SettingsState(string? Rejected, IReadOnlyList<string> NeedRestart, int Taken)
{
    internal static SettingsState AtStart { get; } = new(null, [], 0);
}

/// <summary>
/// Looks every two seconds whether settings files or files of secrets changed. Settings that reload are judged together with all others, as at
/// start, and then taken at once; a wrong edit changes nothing. The files are read and not watched by notice: those do not come for files that are
/// swapped by a link, as Kubernetes does, or that another machine writes.
/// </summary>
internal sealed partial class SettingsWatch(
    IServiceProvider services, IConfiguration configuration, TimeProvider clock, ILogger<SettingsWatch> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _one = new();
    private readonly IReadOnlyList<string> _reloading = SettingsCatalogue.Reloading(services);
    private readonly Dictionary<WatchedConfigurationProvider, string> _seen = [];

    internal SettingsState State { get; private set; } = SettingsState.AtStart;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) Look();
        }
    }

    /// <summary>Compares the files with what is in force and takes what may be taken.</summary>
    internal void Look()
    {
        lock (_one)
        {
            var root = (IConfigurationRoot)configuration;
            var found = root.Providers.OfType<WatchedConfigurationProvider>().Select(Now).ToList();
            var news = found.Any(f => !_seen.TryGetValue(f.Provider, out var mark) || mark != f.Mark);
            foreach (var each in found) _seen[each.Provider] = each.Mark;
            if (!news) return;
            try
            {
                Take(root, found);
            }
            catch (Exception failure)
            {
                // Judged settings that their readers refuse all the same: the next edit gets its chance.
                Reject(failure.GetBaseException().Message);
            }
        }
    }

    private void Take(IConfigurationRoot root, List<Found> found)
    {
        if (found.Find(f => f.Failure is not null) is { Failure: { } failure })
        {
            Reject(failure);
            return;
        }

        var changes = found.ConvertAll(f => Changed(f.Provider, f.Settings!));
        var needRestart = changes.SelectMany(c => c.NeedRestart).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        var taken = changes.SelectMany(c => c.Reloaded).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        if (taken.Count > 0)
        {
            using var candidate = new ConfigurationRoot([.. root.Providers.Select(p => changes.Find(c => c.Provider == p) is { } change ? new StandIn(p, change.Settings) : new StandIn(p))]);
            var report = ConfigurationReport.Check(services, candidate);
            if (!report.Ok)
            {
                Reject(string.Join("; ", report.Errors.Select(e => $"{e.Key}, {e.Source.Text}: {e.Message}")));
                return;
            }

            // All are put before anybody is told, so that nobody reads half of an edit that spans files.
            foreach (var change in changes) change.Provider.Put(change.Settings);
            foreach (var change in changes.Where(c => c.Reloaded.Count > 0)) change.Provider.Tell();
            Log.Taken(log, string.Join(", ", taken));
        }

        if (needRestart.Except(State.NeedRestart, StringComparer.OrdinalIgnoreCase).Any()) Log.NeedRestart(log, string.Join(", ", needRestart));
        State = new SettingsState(null, needRestart, State.Taken + (taken.Count > 0 ? 1 : 0));
    }

    private void Reject(string why)
    {
        State = State with { Rejected = why };
        Log.Rejected(log, why);
    }

    private Change Changed(WatchedConfigurationProvider provider, Dictionary<string, string?> now)
    {
        var (then, reloaded, needRestart) = (provider.InForce, new List<string>(), new List<string>());
        var settings = new Dictionary<string, string?>(then, StringComparer.OrdinalIgnoreCase);
        foreach (var key in then.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase))
        {
            var (before, after) = (then.GetValueOrDefault(key), now.GetValueOrDefault(key));
            if (before == after) continue;
            if (!Reloads(key))
            {
                needRestart.Add(key);
                continue;
            }

            reloaded.Add(key);
            if (after is null) settings.Remove(key);
            else settings[key] = after;
        }

        return new Change(provider, settings, reloaded, needRestart);
    }

    private bool Reloads(string key) => _reloading.Any(r => r.EndsWith(':') ? key.StartsWith(r, StringComparison.OrdinalIgnoreCase) : key.Equals(r, StringComparison.OrdinalIgnoreCase));

    private static Found Now(WatchedConfigurationProvider provider)
    {
        try
        {
            var settings = provider.Read();
            return new Found(provider, settings, null, string.Join('\n', settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}")));
        }
        catch (InvalidDataException failure)
        {
            return new Found(provider, null, failure.Message, failure.Message);
        }
    }

    private sealed record Found(WatchedConfigurationProvider Provider, Dictionary<string, string?>? Settings, string? Failure, string Mark);

    private sealed record Change(WatchedConfigurationProvider Provider, Dictionary<string, string?> Settings, IReadOnlyList<string> Reloaded, IReadOnlyList<string> NeedRestart);

    private static partial class Log
    {
        [LoggerMessage(1031, LogLevel.Information, "Taken without a restart: {Settings}")]
        internal static partial void Taken(ILogger log, string settings);

        [LoggerMessage(1032, LogLevel.Warning, "Changed in files and not in force before a restart: {Settings}")]
        internal static partial void NeedRestart(ILogger log, string settings);

        [LoggerMessage(1033, LogLevel.Error, "The changed settings are not taken, the old ones stay in force: {Why}")]
        internal static partial void Rejected(ILogger log, string why);
    }
}

/// <summary>The settings in force are those of the files.</summary>
internal sealed class SettingsHealth(SettingsWatch watch) : IHealthPart
{
    public string Name => "settings";

    public Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var state = watch.State;
        (string, object?)[] figures = [("taken", state.Taken), ("needRestart", state.NeedRestart)];
        return Task.FromResult(state.Rejected is { } why ? PartHealth.Degraded($"the last edit is not taken: {why}", figures)
            : PartHealth.Up(state.NeedRestart.Count > 0 ? "some changed settings need a restart" : null, figures));
    }
}

/// <summary>The same for alerts.</summary>
internal sealed class SettingsFigures(SettingsWatch watch) : IFigures
{
    private const string Rejected = "mainstreet.settings.rejected";
    private const string NeedRestart = "mainstreet.settings.need_restart";

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(Rejected, null, "1 while the last edit of a settings file is not taken because it is wrong."),
        new(NeedRestart, "{setting}", "Settings that changed in files and need a restart."),
    ];

    public Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<Figure>>(
        [new(Rejected, watch.State.Rejected is null ? 0 : 1), new(NeedRestart, watch.State.NeedRestart.Count)]);
}
