using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mainstreet.Testing;

/// <summary>A RabbitMQ node of the test's own, on loopback only, to be killed, stopped and started as it likes. Starting takes seconds.</summary>
public sealed class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _folder;
    private readonly int _port;
    private Process? _epmd;
    private Process? _server;

    private BrokerProcess(string folder, int port) => (_folder, _port) = (folder, port);

    /// <summary>Why there cannot be one; null when there can.</summary>
    public static string? WhyNot =>
        Programs is null ? "No RabbitMQ programs: set MAINSTREET_TEST_RABBITMQ_SBIN to the folder of rabbitmq-server" : null;

    public string Uri => string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{_port}");

    private static string? Programs =>
        Environment.GetEnvironmentVariable("MAINSTREET_TEST_RABBITMQ_SBIN") is { Length: > 0 } given ? given
        : Directory.Exists("/usr/lib/rabbitmq/lib")
            ? Directory.GetDirectories("/usr/lib/rabbitmq/lib").Select(d => Path.Combine(d, "sbin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "rabbitmq-server")))
            : null;

    /// <summary>A node that does not run yet: its address is known, nobody answers there.</summary>
    public static async Task<BrokerProcess> CreateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-mq-").FullName;
        var node = new BrokerProcess(folder, FreePorts());
        Directory.CreateDirectory(Path.Combine(folder, "home"));
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture,
            $"listeners.tcp.1 = 127.0.0.1:{node._port}\nlog.file.level = warning\nraft.wal_max_size_bytes = 67108864\n"));
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[].\n");
        return node;
    }

    public static async Task<BrokerProcess> StartNewAsync()
    {
        var node = await CreateAsync();
        await node.StartAsync();
        return node;
    }

    /// <summary>Returns when it takes connections.</summary>
    public async Task StartAsync()
    {
        // The names server of Erlang, started here so that it listens on loopback and ends with the test.
        _epmd ??= Start("epmd", "-port", Number(_port + 2), "-address", "127.0.0.1");
        _server = Start(Path.Combine(Programs ?? throw new InvalidOperationException(WhyNot), "rabbitmq-server"));
        using var patience = new CancellationTokenSource(Patience);
        while (!await AnswersAsync(patience.Token))
        {
            if (_server.HasExited) throw new InvalidOperationException($"The node ended: {await File.ReadAllTextAsync(Path.Combine(_folder, "out"))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>kill -9: nothing is tidied up.</summary>
    public Task KillAsync() => EndAsync("-9");

    /// <summary>Stops in good order.</summary>
    public Task StopAsync() => EndAsync("-15");

    /// <summary>Its connections stay and nobody answers, as behind a broken switch, until <see cref="ResumeAsync"/>.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_epmd is not null)
        {
            if (!_epmd.HasExited) _epmd.Kill();
            await _epmd.WaitForExitAsync();
            _epmd.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task EndAsync(string signal)
    {
        if (_server is null) return;
        await SignalAsync(signal);
        using var patience = new CancellationTokenSource(Patience);
        await _server.WaitForExitAsync(patience.Token);
        _server.Dispose();
        _server = null;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Number((_server ?? throw new InvalidOperationException("The node does not run.")).Id)]);
        await kill.WaitForExitAsync();
    }

    // Standard streams go to a file: pipes would be inherited and held open.
    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$@\" >>'{_folder}/out' 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = _folder };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = Path.Combine(_folder, "home"),
            ["ERL_EPMD_PORT"] = Number(_port + 2),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "none"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq.conf"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(_folder, "none.config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
            ["RABBITMQ_NODENAME"] = $"mainstreet-{Number(_port)}@localhost",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "db"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_DIST_PORT"] = Number(_port + 1),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_folder, "pid"),
            // The script then becomes the node instead of watching over it.
            ["RUNNING_UNDER_SYSTEMD"] = "1",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        })
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Three in a row, below the range that the system hands out by itself, so that nobody takes one while the node is away.
    private static int FreePorts()
    {
        for (var port = 20_001 + (Environment.ProcessId * 3 % 9_000); ; port += 3)
        {
            if (Enumerable.Range(port, 3).All(IsFree)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
