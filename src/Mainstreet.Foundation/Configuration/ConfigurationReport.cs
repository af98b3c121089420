using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Configuration.Rules;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Configuration;

/// <summary>A setting that stops the start. <c>Value</c> is null for what is not set and for a secret that is (<c>Secret</c>).</summary>
public sealed record SettingError(string Key, string? Value, bool Secret, SettingSource Source, string Message);

/// <summary>A key that nothing reads, most often a slip of the pen; or, with <c>Message</c>, a setting that stands in doubt.</summary>
public sealed record SettingWarning(string Key, string? Nearest, SettingSource Source, string? Message = null);

/// <summary>A setting with its value (null when secret or not set) and where it came from.</summary>
public sealed record ShownSetting(string Key, string? Value, bool Secret, bool Set, SettingSource Source);

/// <summary>
/// All settings of all options classes, judged together: every error with the setting's name, its spelling as an
/// environment variable, its source and what is expected. Values of <see cref="SecretAttribute"/> never appear.
/// </summary>
public sealed partial record ConfigurationReport(
    IReadOnlyList<SettingError> Errors, IReadOnlyList<SettingWarning> Warnings, IReadOnlyList<ShownSetting> Settings)
{
    /// <summary>EX_CONFIG of sysexits.h: the exit code of a start that the configuration forbids.</summary>
    public const int ExitCode = 78;

    /// <summary>Settings of the host itself, which no options class holds.</summary>
    private static readonly string[] HostSettings = ["Modules", "Data", "Roles", "Seed", "SettingsFile", "Urls"];

    private static readonly string[] FrameworkSettings =
    [
        "Logging", "AllowedHosts", "Kestrel", "Environment", "ApplicationName", "ContentRoot", "WebRoot", "Http_Ports", "Https_Ports", "Https_Port",
        "DetailedErrors", "HostingStartupAssemblies", "PreventHostingStartup", "ShutdownTimeoutSeconds", "StaticWebAssets", "ForwardedHeaders_Enabled",
    ];

    public bool Ok => Errors.Count == 0;

    /// <summary>Judges the settings of a built host. Starts nothing and touches neither network nor disk.</summary>
    public static ConfigurationReport Check(IServiceProvider services) =>
        Check(services, (IConfigurationRoot)services.GetRequiredService<IConfiguration>());

    /// <summary>Judges other settings as if the host had been built from them.</summary>
    internal static ConfigurationReport Check(IServiceProvider services, IConfigurationRoot root)
    {
        var errors = new List<SettingError>();
        var warnings = new List<SettingWarning>();
        var unknown = new List<UnknownSetting>();
        var settings = HostSettings.Select(name =>
            new ShownSetting(name, root[name], false, root[name] is not null, SettingSource.Of(root, name))).ToList();
        var sections = services.GetServices<OptionsRegistration>().ToList();
        var inspections = sections.ConvertAll(section => (Section: section, Found: section.Inspect(services, root)));
        foreach (var (section, inspection) in inspections)
        {
            var secrets = inspection.Values.Where(v => v.Secret).Select(v => v.Key).ToList();
            foreach (var finding in inspection.Errors)
            {
                var secret = secrets.Exists(s => IsAtOrBelow(finding.Key, s));
                errors.Add(new SettingError(finding.Key, secret ? null : Masked(root[finding.Key]), secret && root[finding.Key] is not null, SettingSource.Of(root, finding.Key), finding.Message));
            }

            unknown.AddRange(inspection.Unknown.Where(u => !SecretFiles.Names(root, u.Key) && !inspections.Exists(other => other.Section != section && Reads(other.Section, other.Found, u.Key))));
            settings.AddRange(inspection.Values.Select(v => new ShownSetting(v.Key, Masked(v.Value), v.Secret, v.Set, SettingSource.Of(root, v.Key))));
        }

        // Classes that share a section each propose a name of their own: the nearest of them is meant.
        warnings.AddRange(unknown.GroupBy(u => u.Key, u => u.Nearest, StringComparer.OrdinalIgnoreCase).Select(u => new SettingWarning(
            u.Key, u.OfType<string>().MinBy(near => NearestName.Distance(near.ToUpperInvariant(), u.Key.ToUpperInvariant())), SettingSource.Of(root, u.Key))));
        errors.AddRange(WrongLevels(root));
        Judge(services, root, settings, errors, warnings);
        warnings.AddRange(UnknownSections(root, [.. sections.Select(s => s.Section.Split(':')[0]), .. HostSettings]));
        return new ConfigurationReport(
            [.. errors.Distinct().OrderBy(e => e.Key, StringComparer.Ordinal)],
            [.. warnings.Distinct().OrderBy(w => w.Key, StringComparer.Ordinal)],
            [.. settings.OrderBy(s => s.Key, StringComparer.Ordinal)]);
    }

    /// <summary>Whether the framework would refuse to make a logger: then it must not be given these settings, so that they come to be judged.</summary>
    public static bool HasWrongLevels(IConfiguration configuration) => WrongLevels(configuration).Any();

    /// <summary>Errors and warnings as people read them, one a line; empty when there are none.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        if (Errors.Count > 0) text.AppendLine(Errors.Count == 1 ? "The configuration has 1 error:" : $"The configuration has {Errors.Count} errors:");
        foreach (var error in Errors)
        {
            var value = error.Secret ? " = (secret)" : error.Value is null ? "" : $" = '{error.Value}'";
            text.AppendLine(CultureInfo.InvariantCulture, $"  {error.Key} ({SettingSource.EnvironmentName(error.Key)}){value}, {error.Source.Text}: {error.Message}");
        }

        foreach (var warning in Warnings)
            text.AppendLine(CultureInfo.InvariantCulture, $"  warning: {warning.Key}, {warning.Source.Text}: {warning.Message ?? $"nothing reads this{(warning.Nearest is null ? "" : $"; did you mean {warning.Nearest}?")}"}");
        return text.ToString();
    }

    /// <exception cref="ConfigurationException">There is an error.</exception>
    public void ThrowIfWrong()
    {
        if (!Ok) throw new ConfigurationException(this);
    }

    private static void Judge(IServiceProvider services, IConfigurationRoot root, List<ShownSetting> settings, List<SettingError> errors, List<SettingWarning> warnings)
    {
        if (services.GetService<IHostEnvironment>() is not { } environment) return;
        var context = new RuleContext(root, environment.EnvironmentName, settings);
        foreach (var finding in services.GetServices<IConfigurationRule>().SelectMany(r => r.Judge(context)).ToList())
        {
            // One word on a setting is enough.
            if (errors.Exists(e => e.Key.Equals(finding.Key, StringComparison.OrdinalIgnoreCase))) continue;
            var source = SettingSource.Of(root, finding.Key);
            var secret = settings.Exists(s => s.Secret && IsAtOrBelow(finding.Key, s.Key));
            if (finding.Warns) warnings.Add(new SettingWarning(finding.Key, null, source, finding.Message));
            else errors.Add(new SettingError(finding.Key, secret ? null : Masked(root[finding.Key]), secret, source, finding.Message));
        }
    }

    // The framework would stop the program with an exception that names no setting.
    private static IEnumerable<SettingError> WrongLevels(IConfiguration root) =>
        from levels in root.GetSection("Logging").GetChildren().Select(c => c.Key.Equals("LogLevel", StringComparison.OrdinalIgnoreCase) ? c : c.GetSection("LogLevel"))
        from level in levels.GetChildren()
        where level.Value is { Length: > 0 } && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)
        select new SettingError(level.Path, level.Value, false, SettingSource.Of((IConfigurationRoot)root, level.Path), "must be one of trace, debug, information, warning, error, critical, none");

    // The process environment holds hundreds of names that are none of ours, so there only near misses count.
    private static IEnumerable<SettingWarning> UnknownSections(IConfigurationRoot root, IReadOnlyList<string> known)
    {
        foreach (var child in root.GetChildren())
        {
            if (known.Concat(FrameworkSettings).Contains(child.Key, StringComparer.OrdinalIgnoreCase)) continue;
            var first = child.GetChildren().FirstOrDefault();
            var key = first?.Path ?? child.Path;
            var source = SettingSource.Of(root, key);
            var nearest = NearestName.Among(known, child.Key);
            var worthy = source.Origin switch
            {
                SettingOrigin.Environment => nearest is not null && first is not null,
                SettingOrigin.File or SettingOrigin.CommandLine => true,
                _ => nearest is not null,
            };
            if (worthy) yield return new SettingWarning(key, nearest is null || first is null ? nearest : $"{nearest}:{first.Key}", source);
        }
    }

    // Two classes may share a section, and one may live inside another's.
    private static bool Reads(OptionsRegistration section, SectionInspection found, string key) =>
        IsAtOrBelow(section.Section, key) || (IsAtOrBelow(key, section.Section) && !found.Unknown.Any(u => IsAtOrBelow(key, u.Key)));

    // An address may carry a password although the setting is no secret.
    private static string? Masked(string? value) => value is null ? null : UserInfo().Replace(value, "://(secret)@");

    [GeneratedRegex(@"://[^/\s@]*@")]
    private static partial Regex UserInfo();

    private static bool IsAtOrBelow(string key, string parent) =>
        key.Equals(parent, StringComparison.OrdinalIgnoreCase) || key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The start is refused; the message lists every error.</summary>
public sealed class ConfigurationException(ConfigurationReport report) : Exception(report.Render().TrimEnd())
{
    public ConfigurationReport Report { get; } = report;
}
