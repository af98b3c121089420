using System.CommandLine;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Commands;

/// <summary><c>mainstreet config check</c> judges the settings without starting; <c>config show</c> prints them, secrets masked.</summary>
internal static class ConfigCommand
{
    internal static Command Create(HostCommand host)
    {
        var check = new Command("check", "List everything that is wrong with the settings. Exit code 78 when something is.");
        host.SetReport(check, CheckAsync);
        var show = new Command("show", "Print every setting with its value (secrets masked) and its source.");
        host.SetReport(show, ShowAsync);
        return new Command("config", "Check or show the settings.") { check, show };
    }

    private static async Task<int> CheckAsync(ConfigurationReport report, ParseResult parsed)
    {
        var text = report.Render();
        await (report.Ok ? parsed.InvocationConfiguration.Output : parsed.InvocationConfiguration.Error).WriteAsync(text);
        if (report.Ok) await parsed.InvocationConfiguration.Output.WriteLineAsync($"{report.Settings.Count} settings, no errors, {report.Warnings.Count} warnings.");
        return report.Ok ? ExitCodes.Ok : ExitCodes.Configuration;
    }

    private static async Task<int> ShowAsync(ConfigurationReport report, ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var rows = report.Settings.Select(s => (s.Key, Value: Value(s), Source: s.Source.Text)).ToList();
        var (key, value) = (rows.Max(r => r.Key.Length), Math.Min(60, rows.Max(r => r.Value.Length)));
        foreach (var row in rows) await output.WriteLineAsync($"{row.Key.PadRight(key)}  {row.Value.PadRight(value)}  {row.Source}");
        return ExitCodes.Ok;
    }

    private static string Value(ShownSetting setting) =>
        !setting.Set ? "(not set)" : setting.Secret ? "(secret)" : setting.Value ?? "(not set)";
}
