using Microsoft.Playwright;

using Xunit;

[assembly: AssemblyFixture(typeof(Mainstreet.Acceptance.Browser.Chromium))]

namespace Mainstreet.Acceptance.Browser;

/// <summary>One Chromium for all browser tests: <c>MAINSTREET_TEST_CHROMIUM</c>, else /usr/bin/chromium. Started at the first use.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string Executable =
        Environment.GetEnvironmentVariable("MAINSTREET_TEST_CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";

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
            Assertions.SetDefaultExpectTimeout(15_000);
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Executable,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                ],
            });
        }
        finally
        {
            _once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
        _once.Dispose();
    }
}
