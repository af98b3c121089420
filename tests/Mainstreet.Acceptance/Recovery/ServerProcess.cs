using System.Diagnostics;
using System.Text;

using Mainstreet.Testing;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>The program as a process of its own (<c>mainstreet serve</c>), so that it can be killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Said = "Mainstreet serves on ";

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    internal int Id => _process.Id;

    internal Uri Address => _address.Task.IsCompletedSuccessfully ? _address.Task.GetAwaiter().GetResult() : throw new InvalidOperationException("Not serving.");

    /// <summary>What it wrote so far.</summary>
    internal string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    internal static Task<ServerProcess> StartAsync(
        TestDatabase database, string? failpoint = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(database.Settings);
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>()) all[key] = value;
        return StartAsync(all, database.Data.Root, failpoint);
    }

    internal static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string?> settings, string folder, string? failpoint = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var argument in new[] { Assembly(), "serve", "--urls", "http://127.0.0.1:0", "--no-seed", "--data", folder }) start.ArgumentList.Add(argument);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["MAINSTREET_FAILPOINT"] = failpoint ?? "";
        var all = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Warning",
            ["Web:RequestsPerSecond"] = "100000",
            ["Web:Burst"] = "100000",
            ["Access:PasswordIterations"] = "10000",
            // The first look compiles what it runs.
            ["Health:TimeoutMilliseconds"] = "20000",
            ["Jobs:LeaseTime"] = "00:00:02",
            ["Events:LeaseTime"] = "00:00:02",
        };
        foreach (var (key, value) in settings) all[key] = value;
        foreach (var (key, value) in all) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;

        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        server._process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server._process.Exited += (_, _) => server._address.TrySetException(new InvalidOperationException("The program ended before it served."));
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        try
        {
            await server._address.Task.WaitAsync(TimeSpan.FromSeconds(90));
        }
        catch (InvalidOperationException) when (failpoint is not null)
        {
            // Its workers came to the point before it had said where it serves: it died as it was told to.
        }
        catch (Exception exception)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"The program did not start: {server.Log}", exception);
        }

        return server;
    }

    internal bool HasExited => _process.HasExited;

    /// <summary>kill -9.</summary>
    internal async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await DeathAsync();
    }

    /// <summary>SIGTERM, and the wait for its end.</summary>
    /// <returns>How long that took, and the exit code.</returns>
    internal async Task<(TimeSpan Took, int ExitCode)> TerminateAsync()
    {
        var watch = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await DeathAsync();
        return (watch.Elapsed, _process.ExitCode);
    }

    /// <summary>Waits until it has ended by itself, as an armed failpoint makes it.</summary>
    internal Task DeathAsync() => _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
        if (line.StartsWith(Said, StringComparison.Ordinal)) _address.TrySetResult(new Uri(line[Said.Length..]));
    }

    // Beside the tests when they were published together, else where the build put it: bin/<project>/<configuration>.
    internal static string Assembly()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(here.Parent!.Parent!.FullName, "Mainstreet", here.Name, "mainstreet.dll");
        return File.Exists(built) ? built : Path.Combine(here.FullName, "mainstreet.dll");
    }
}
