using System.CommandLine;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet config check</c> judges the settings without starting; <c>config show</c> prints them, secrets masked; <c>config docs</c> describes every
/// setting that there is.
/// </summary>
internal static class ConfigCommand
{
    internal static Command Create(HostCommand host)
    {
        var checkJson = JsonOutput.Option();
        var check = new Command("check", "List everything that is wrong with the settings. Exit code 78 when something is.") { checkJson };
        host.SetReport(check, (report, parsed) => parsed.GetValue(checkJson) ? CheckJsonAsync(report, parsed) : CheckAsync(report, parsed));
        var showJson = JsonOutput.Option();
        var show = new Command("show", "Print every setting with its value (secrets masked) and its source.") { showJson };
        host.SetReport(show, (report, parsed) => parsed.GetValue(showJson) ? ShowJsonAsync(report, parsed) : ShowAsync(report, parsed));
        var format = new Option<string>("--format") { Description = "markdown (the page docs/operations/settings.md), env (.env.example) or json.", HelpName = "F", DefaultValueFactory = _ => "markdown" };
        format.AcceptOnlyFromAmong("markdown", "env", "json");
        var docs = new Command("docs", "Describe every setting: name, type, bounds, default, meaning. Needs a build of the source.") { format };
        host.Set(docs, (built, parsed, _) => DocsAsync(built, parsed.GetRequiredValue(format), parsed));
        return new Command("config", "Check, show or describe the settings.") { check, show, docs };
    }

    private static async Task<int> CheckAsync(ConfigurationReport report, ParseResult parsed)
    {
        var text = report.Render();
        await (report.Ok ? parsed.InvocationConfiguration.Output : parsed.InvocationConfiguration.Error).WriteAsync(text);
        if (report.Ok) await parsed.InvocationConfiguration.Output.WriteLineAsync($"{report.Settings.Count} settings, no errors, {report.Warnings.Count} warnings.");
        return report.Ok ? ExitCodes.Ok : ExitCodes.Configuration;
    }

    private static async Task<int> CheckJsonAsync(ConfigurationReport report, ParseResult parsed)
    {
        await JsonOutput.WriteAsync(parsed, new
        {
            report.Ok,
            Settings = report.Settings.Count,
            Errors = report.Errors.Select(e => new { e.Key, e.Value, e.Secret, Source = e.Source.Text, e.Message }),
            Warnings = report.Warnings.Select(w => new { w.Key, Source = w.Source.Text, Message = w.Message ?? "nothing reads this", w.Nearest }),
        });
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

    private static async Task<int> ShowJsonAsync(ConfigurationReport report, ParseResult parsed)
    {
        await JsonOutput.WriteAsync(parsed, report.Settings.Select(s => new { s.Key, s.Value, s.Secret, s.Set, Source = s.Source.Text }));
        return ExitCodes.Ok;
    }

    private static async Task<int> DocsAsync(IHost built, string format, ParseResult parsed)
    {
        try
        {
            var entries = SettingsCatalogue.Of(built.Services);
            await parsed.InvocationConfiguration.Output.WriteAsync(format switch
            {
                "env" => SettingsDocument.Env(entries),
                "json" => SettingsDocument.ToJson(entries),
                _ => SettingsDocument.Markdown(entries),
            });
            return ExitCodes.Ok;
        }
        catch (FileNotFoundException missing)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"mainstreet: {missing.Message}");
            return ExitCodes.Unavailable;
        }
    }

    private static string Value(ShownSetting setting) =>
        !setting.Set ? "(not set)" : setting.Secret ? "(secret)" : setting.Value ?? "(not set)";
}
