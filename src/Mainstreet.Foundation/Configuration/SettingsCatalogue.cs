using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

using Mainstreet.Foundation.Features;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Configuration;

/// <summary>What is to be known of one setting.</summary>
/// <param name="Key">Path with <c>{n}</c> for a place in a list and <c>{name}</c> for a free name.</param>
/// <param name="Environment">As an environment variable spells it, the first place of a list for all.</param>
/// <param name="Type">In words.</param>
/// <param name="Default">As it would be written; null when nothing is set.</param>
/// <param name="Bounds">What is accepted, in words; null when the type says it all.</param>
/// <param name="Unit">Null for what has none.</param>
/// <param name="Secret">Never printed.</param>
/// <param name="Reloads">Whether a change is taken without a restart.</param>
/// <param name="Description">Markdown on one line; null when the source has none.</param>
public sealed record SettingEntry(
    string Key, string Environment, string Type, string? Default, string? Bounds, string? Unit, bool Secret, bool Reloads, string? Description);

/// <summary>Every setting of the program, from the options classes and their documentation comments.</summary>
public static class SettingsCatalogue
{
    /// <summary>What no options class holds.</summary>
    private static readonly SettingEntry[] Host =
    [
        Plain("AllowedHosts", "text", null, "Host names that are answered, separated by semicolons; `*.street.example` takes subdomains. Default: every name, for a proxy that judges it."),
        Plain("Data", "path", "data", "Folder of the SQLite file and, unless `Files:Root` or `Files:Store` is set, of photos. Also `--data`."),
        Plain("Logging:LogLevel:{category}", "one of trace, debug, information, warning, error, critical, none", null,
            "Least level that a category logs, `Default` for all others. Default: `Information`; `Warning` for `Microsoft.AspNetCore`, `Microsoft.EntityFrameworkCore` and `System.Net.Http`.", reloads: true),
        Plain("Modules", "text", null, "Modules to load, separated by commas; Access always comes along. Default: all. Also `--modules`."),
        Plain("Roles", "text", "web,worker,runner", "What this process does: `web`, `worker`, `runner`, or several. Also `--roles`."),
        Plain("Seed", "true or false", "true", "Whether a Development server writes the demo street; other environments never do. Also `--no-seed`."),
        Plain("SettingsFile", "path", null, "A further settings file (JSON), read after `appsettings*.json` and before the environment. Default: none."),
        Plain("Urls", "text", "http://127.0.0.1:5080", "Addresses to listen on, separated by semicolons. Also `--urls`."),
    ];

    /// <summary>All settings of a built host, by key.</summary>
    /// <exception cref="FileNotFoundException">The documentation files are not beside the program.</exception>
    public static IReadOnlyList<SettingEntry> Of(IServiceProvider services) => Of(services, XmlDocumentation.Summary);

    /// <summary>The keys alone, which need no documentation files.</summary>
    public static IReadOnlyList<string> Keys(IServiceProvider services) => [.. Of(services, _ => null).Select(e => e.Key)];

    private static IReadOnlyList<SettingEntry> Of(IServiceProvider services, Func<PropertyInfo, string?> describe) =>
        [.. Host.Concat(services.GetServices<OptionsRegistration>().SelectMany(new Walk(describe).Of)).DistinctBy(e => e.Key).OrderBy(e => e.Key, StringComparer.Ordinal)];

    /// <summary>Settings of which a change is taken without a restart: keys and, ending in <c>:</c>, beginnings of keys.</summary>
    /// <remarks>All of <c>Features</c>: a process need not load the module whose function is paused, and must not ask for a restart then.</remarks>
    internal static IReadOnlyList<string> Reloading(IServiceProvider services) =>
    [
        .. services.GetServices<OptionsRegistration>().SelectMany(r => Reloading(SettingShape.OfOptions(r.Type), r.Section))
            .Append("Logging:LogLevel:").Append($"{FeatureOptions.Section}:").Distinct(),
    ];

    /// <summary>Whether the class has a setting of which a change is taken without a restart.</summary>
    internal static bool Reloads(Type options) => Reloading(SettingShape.OfOptions(options), "").Any();

    private static IEnumerable<string> Reloading(SettingShape shape, string key) => shape is not SettingShape.Group group ? [] : group.Settings
        .SelectMany(s => s.Value.Property.IsDefined(typeof(ReloadsAttribute))
            ? s.Value.Shape is SettingShape.Leaf ? [$"{key}:{s.Key}"] : [$"{key}:{s.Key}:"]
            : Reloading(s.Value.Shape, $"{key}:{s.Key}"));

    private static SettingEntry Plain(string key, string type, string? value, string description, bool reloads = false) =>
        new(key, EnvironmentName(key), type, value, null, null, false, reloads, description);

    private static string EnvironmentName(string key) =>
        SettingSource.EnvironmentName(key).Replace("{n}", "0", StringComparison.Ordinal).Replace("{name}", "NAME", StringComparison.Ordinal).Replace("{category}", "Default", StringComparison.Ordinal);

    /// <summary>From class to class.</summary>
    private sealed class Walk(Func<PropertyInfo, string?> describe)
    {
        internal IEnumerable<SettingEntry> Of(OptionsRegistration registration) =>
            Of(SettingShape.OfOptions(registration.Type), registration.Section, New(registration.Type), null, false);

        private IEnumerable<SettingEntry> Of(SettingShape shape, string key, object? value, PropertyInfo? property, bool secret) => shape switch
        {
            SettingShape.Group group => group.Settings.Values.OrderBy(s => s.Property.MetadataToken).SelectMany(s =>
                Of(s.Shape, $"{key}:{s.Property.Name}", value is null ? null : s.Property.GetValue(value), s.Property, secret || s.Secret)),
            SettingShape.List { Element: SettingShape.Group element } => Of(element, $"{key}:{{n}}", New(element.Type), property, secret),
            SettingShape.Map { Element: SettingShape.Group element } => Of(element, $"{key}:{{name}}", New(element.Type), property, secret),
            SettingShape.List { Element: SettingShape.Leaf element } => [Entry($"{key}:{{n}}", SettingWords.Type(element.Type, property), value, property!, secret)],
            SettingShape.Map { Element: SettingShape.Leaf element } => [Entry($"{key}:{{name}}", SettingWords.Type(element.Type, property), value, property!, secret)],
            SettingShape.Leaf leaf when property is not null => [Entry(key, SettingWords.Type(leaf.Type, property), value, property, secret)],
            _ => [],
        };

        private SettingEntry Entry(string key, string type, object? value, PropertyInfo property, bool secret)
        {
            var description = describe(property);
            return new SettingEntry(
                key, EnvironmentName(key), type, secret ? null : SettingWords.Default(value), SettingWords.Bounds(property), SettingWords.Unit(property, description),
                secret, property.IsDefined(typeof(ReloadsAttribute)), description);
        }

        private static object? New(Type type) => type.GetConstructor(Type.EmptyTypes) is { } make ? make.Invoke(null) : null;
    }
}

/// <summary>Types, defaults, bounds and units of settings, in words.</summary>
internal static class SettingWords
{
    private static readonly (string End, string Unit)[] Names =
    [
        ("Milliseconds", "ms"), ("Seconds", "s"), ("Minutes", "min"), ("Hours", "h"), ("Days", "days"), ("Mebibytes", "MiB"), ("Bytes", "bytes"), ("Meters", "m"),
        ("Percent", "%"), ("Pixels", "pixels"),
    ];

    private static readonly (string Words, string Unit)[] Phrases =
    [
        (", in seconds", "s"), (", in milliseconds", "ms"), (", in minutes", "min"), (", in hours", "h"), (", in days", "days"), ("in bytes", "bytes"), ("in minor units", "minor units"),
        ("in percent", "%"), ("in pixels", "pixels"), ("tokens", "tokens"), ("share", "share, 0 to 1"), ("probability", "share, 0 to 1"), ("requests", "requests"),
    ];

    internal static string Type(Type type, PropertyInfo? property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (property?.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed) return "one of " + string.Join(", ", allowed.Values);
        return type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => "duration",
            { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type).Select(Camel)),
            _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "number",
            { IsPrimitive: true } => "whole number",
            _ when type == typeof(Uri) || property?.IsDefined(typeof(UrlAttribute)) == true => "address",
            _ when type.GetCustomAttribute<DescriptionAttribute>()?.Description is { } words => words,
            _ => "text",
        };
    }

    internal static string? Default(object? value) => value switch
    {
        null or "" => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        TimeSpan duration => Duration(duration),
        Enum word => Camel(word.ToString()),
        System.Collections.IEnumerable many => string.Join(", ", many.Cast<object?>().Select(Default)) is { Length: > 0 } all ? all : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    internal static string? Bounds(PropertyInfo property)
    {
        var words = property.GetCustomAttributes<ValidationAttribute>(true).OrderBy(a => a.GetType().Name, StringComparer.Ordinal).Select(Bound).OfType<string>().ToList();
        return words.Count == 0 ? null : string.Join("; ", words);
    }

    internal static string? Unit(PropertyInfo property, string? description)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(TimeSpan)) return "d.hh:mm:ss";
        if (!type.IsPrimitive || type == typeof(bool)) return null;
        foreach (var (end, unit) in Names)
        {
            if (property.Name.EndsWith(end, StringComparison.Ordinal) || property.Name.StartsWith(end, StringComparison.Ordinal)) return unit;
        }

        foreach (var (words, unit) in Phrases)
        {
            if (description?.Contains(words, StringComparison.OrdinalIgnoreCase) == true) return unit;
        }

        return "count";
    }

    private static string? Bound(ValidationAttribute attribute) => attribute switch
    {
        RequiredAttribute => "required",
        RangeAttribute range => $"{Limit(range, range.Minimum)} to {Limit(range, range.Maximum)}",
        AllowedValuesAttribute or UrlAttribute => null,
        _ => Expectation.Of(attribute, null) is var words && words.StartsWith("must ", StringComparison.Ordinal) ? words[5..].Replace("be ", "", StringComparison.Ordinal).Replace("have ", "", StringComparison.Ordinal) : words,
    };

    // An annotation's limits are texts until it has judged something for the first time.
    private static string Limit(RangeAttribute range, object limit) =>
        range.OperandType == typeof(TimeSpan) ? Duration(limit as TimeSpan? ?? TimeSpan.Parse((string)limit, CultureInfo.InvariantCulture)) : Convert.ToString(limit, CultureInfo.InvariantCulture)!;

    private static string Duration(TimeSpan duration)
    {
        var text = duration.ToString("c", CultureInfo.InvariantCulture);
        return duration.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
