using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mainstreet.Foundation.Configuration;

/// <summary>The catalogue of settings as a page, as <c>.env.example</c> and for machines.</summary>
public static class SettingsDocument
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A page with a table per section.</summary>
    public static string Markdown(IReadOnlyList<SettingEntry> entries)
    {
        var page = new StringBuilder();
        page.AppendLine("# Settings").AppendLine();
        page.AppendLine("Written by `mainstreet config docs`; do not edit. A test compares this page with the program.").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"There are {entries.Count} settings, {entries.Count(e => e.Secret)} of them secret. Where they come from, and which source wins: [operations](../operations.md#configuration).");
        page.AppendLine("`{n}` is a place in a list, counted from 0; `{name}` and `{category}` are free names. Durations are written `00:00:30`, days `14.00:00:00`. **Secret**: never");
        page.AppendLine("printed; give it as a file (`NAME_FILE=/run/secrets/name`). **Reloads**: a change in `appsettings*.json` or a secret's file is taken without a restart");
        page.AppendLine("([how](configuration.md#changes-without-a-restart)); every other setting needs one.");
        foreach (var section in entries.GroupBy(e => Section(e.Key)))
        {
            page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {section.Key}").AppendLine();
            page.AppendLine("| Setting, environment variable | Type and bounds | Unit | Default | | |").AppendLine("| --- | --- | --- | --- | --- | --- |");
            foreach (var entry in section)
            {
                var marks = string.Join(", ", new[] { entry.Secret ? "secret" : null, entry.Reloads ? "reloads" : null }.OfType<string>());
                page.AppendLine(CultureInfo.InvariantCulture,
                    $"| `{entry.Key}`<br>`{entry.Environment}` | {Cell(entry.Type)}{(entry.Bounds is null ? "" : $"; {Cell(entry.Bounds)}")} | {entry.Unit} | {(entry.Default is null ? "" : $"`{entry.Default}`")} | {marks} | {Cell(entry.Description ?? "")} |");
            }
        }

        return page.ToString();
    }

    /// <summary>A file of environment variables, every one commented out and at its default.</summary>
    public static string Env(IReadOnlyList<SettingEntry> entries)
    {
        var file = new StringBuilder();
        file.AppendLine("# Settings as environment variables. Written by 'mainstreet config docs --format env'; do not edit: copy what you need.");
        file.AppendLine("# Every line is commented out and shows the default; nothing after '=' means that nothing is set.");
        file.AppendLine("# A secret stands better in a file: NAME_FILE=/path gives NAME the file's text. 'mainstreet config check' judges what you wrote.");
        file.AppendLine();
        file.AppendLine("# Development, Staging or Production (the default).");
        file.AppendLine("#ASPNETCORE_ENVIRONMENT=Production");
        foreach (var section in entries.GroupBy(e => Section(e.Key)))
        {
            file.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {section.Key}");
            foreach (var entry in section)
            {
                var facts = string.Join("; ", new[] { entry.Type, entry.Bounds, entry.Unit, entry.Secret ? "secret" : null, entry.Reloads ? "reloads" : "needs a restart" }.OfType<string>());
                file.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"# {entry.Description?.Replace("`", "", StringComparison.Ordinal)}");
                file.AppendLine(CultureInfo.InvariantCulture, $"# ({facts})");
                file.AppendLine(CultureInfo.InvariantCulture, $"#{entry.Environment}={entry.Default}");
            }
        }

        return file.ToString();
    }

    /// <summary>An array of objects with the members of <see cref="SettingEntry"/>.</summary>
    public static string ToJson(IReadOnlyList<SettingEntry> entries) => JsonSerializer.Serialize(entries, Json) + "\n";

    private static string Section(string key) => key.Contains(':', StringComparison.Ordinal) ? key[..key.IndexOf(':', StringComparison.Ordinal)] : "The process";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
