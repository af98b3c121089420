using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>A PostgreSQL server of the test's own, to be stopped and started as it likes.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _folder;
    private readonly int _port;

    private PostgresCluster(string folder, int port) => (_folder, _port, Data) = (folder, port, Path.Combine(folder, "data"));

    /// <summary>Why there cannot be one; null when there can.</summary>
    internal static string? WhyNot => Binaries is null ? "No PostgreSQL programs: set MAINSTREET_TEST_POSTGRES_BIN to the folder of initdb and pg_ctl" : null;

    /// <summary>For an Npgsql connection string.</summary>
    internal string Server => $"Host=127.0.0.1;Port={_port};Username=postgres";

    /// <summary>For what the cluster's user may read.</summary>
    internal string Folder => _folder;

    internal int Port => _port;

    /// <summary>The data directory.</summary>
    internal string Data { get; private set; }

    /// <summary>The folder of initdb and pg_ctl.</summary>
    internal static string? Binaries =>
        Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES_BIN") is { Length: > 0 } given ? given
        : Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb")))
                .OrderByDescending(d => int.TryParse(Path.GetFileName(Path.GetDirectoryName(d)), out var version) ? version : 0).FirstOrDefault()
            : null;

    internal static async Task<PostgresCluster> StartNewAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-pg-").FullName;
        var cluster = new PostgresCluster(folder, FreePort());
        if (Environment.UserName == "root") await RunAsync("chown", "postgres", folder);
        await AsPostgresAsync("initdb", "-D", cluster.Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N");
        await cluster.StartAsync();
        return cluster;
    }

    internal Task StartAsync() => AsPostgresAsync(
        "pg_ctl", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"),
        "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c max_connections=100", "start");

    /// <summary>Every connection is cut, nothing is tidied up: the start recovers from the log.</summary>
    internal Task CrashAsync() => AsPostgresAsync("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    internal async Task RestartAsync()
    {
        await AsPostgresAsync("pg_ctl", "-D", Data, "-w", "-m", "fast", "stop");
        await StartAsync();
    }

    /// <summary>Starts another data directory in place of the one that was stopped.</summary>
    internal Task MoveToAsync(string data)
    {
        Data = data;
        return StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid"))) await CrashAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task AsPostgresAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries ?? throw new InvalidOperationException(WhyNot), program);
        return Environment.UserName == "root" ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    // Standard streams are not redirected: the server would inherit the pipes and hold them open.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    // Below the range that the system hands out by itself, so that nobody takes it while the server is away.
    private static int FreePort()
    {
        for (var port = 20_000 + (Environment.ProcessId % 10_000); ; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
