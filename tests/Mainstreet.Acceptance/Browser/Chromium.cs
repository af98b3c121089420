using System.Diagnostics;

using Microsoft.Playwright;

using Xunit;

[assembly: AssemblyFixture(typeof(Mainstreet.Acceptance.Browser.Chromium))]

namespace Mainstreet.Acceptance.Browser;

/// <summary>One Chromium for all browser tests: <c>MAINSTREET_TEST_CHROMIUM</c>, else /usr/bin/chromium. Started at the first use.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string Executable =
        Environment.GetEnvironmentVariable("MAINSTREET_TEST_CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly SemaphoreSlim _once = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Skips the test where there is no browser; in CI the missing browser is a failure.</summary>
    public async Task<IBrowser> StartAsync()
    {
        if (!File.Exists(Executable) && Environment.GetEnvironmentVariable("CI") is not "true")
            Assert.Skip($"There is no browser at {Executable}; MAINSTREET_TEST_CHROMIUM can name one");
        await _once.WaitAsync();
        try
        {
            Assertions.SetDefaultExpectTimeout(60_000);
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Executable,
                Args = Arguments,
            });
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>A browser of its own that keeps what it has in a folder, and that can be killed.</summary>
    public async Task<IBrowserContext> StartAsync(string folder, BrowserNewContextOptions options)
    {
        await StartAsync();
        var context = await _playwright!.Chromium.LaunchPersistentContextAsync(folder, new BrowserTypeLaunchPersistentContextOptions
        {
            ExecutablePath = Executable,
            Args = Arguments,
            BaseURL = options.BaseURL,
            Locale = options.Locale,
            TimezoneId = options.TimezoneId,
            ViewportSize = options.ViewportSize,
            IsMobile = options.IsMobile,
            HasTouch = options.HasTouch,
        });
        context.SetDefaultTimeout(60_000);
        return context;
    }

    /// <summary>Kills the processes of the browser that <see cref="StartAsync(string, BrowserNewContextOptions)"/> started on the folder, as a power cut would.</summary>
    public static void Kill(string folder)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    if (File.ReadAllText($"/proc/{process.Id}/cmdline").Contains($"--user-data-dir={folder}", StringComparison.Ordinal)) process.Kill();
                }
                catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // It ended by itself, or is not ours.
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
        _once.Dispose();
    }
}
