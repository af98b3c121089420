using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Configuration;

/// <summary>One thing wrong with one setting. <c>Key</c> is the whole path, <c>Database:Provider</c>.</summary>
public sealed record SettingFinding(string Key, string Message);

/// <summary>A key in a section of ours that no option reads, and the nearest name that one does.</summary>
public sealed record UnknownSetting(string Key, string? Nearest);

/// <summary>A setting as it stands. <c>Value</c> is null for a secret and for what is not set.</summary>
public sealed record SettingValue(string Key, string? Value, bool Secret, bool Set);

/// <summary>Everything that is known of one options class.</summary>
public sealed record SectionInspection(
    IReadOnlyList<SettingFinding> Errors, IReadOnlyList<UnknownSetting> Unknown, IReadOnlyList<SettingValue> Values);

/// <summary>
/// Binds a section and says all that is wrong with it. A value that does not convert is left out of the binding, so that
/// the other settings of the class can still be judged; asking for the options then fails with the same words.
/// </summary>
/// <remarks>The class may be a list: its items are then <c>Section:0</c>, <c>Section:1</c> and so on.</remarks>
internal sealed class SectionCheck<TOptions>(IConfigurationSection section, string optionsName)
    : IConfigureNamedOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    private readonly SettingShape _shape = SettingShape.OfOptions(typeof(TOptions));

    private (string Path, string Name) Place => (section.Path, optionsName);

    public void Configure(TOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, TOptions options)
    {
        if (name != optionsName) return;
        var bad = Walk().Errors.Select(e => e.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (bad.Count == 0)
        {
            section.Bind(options);
            return;
        }

        new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable(makePathsRelative: true)
                .Where(pair => pair.Key.Length > 0 && pair.Value is not null && !bad.Contains($"{section.Path}:{pair.Key}")))
            .Build().Bind(options);
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (name != optionsName) return ValidateOptionsResult.Skip;
        var failures = Walk().Errors.Concat(Annotations(options)).Select(e => $"{e.Key} {e.Message}").ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Finds everything that is wrong with the section in <paramref name="root"/>, which need not be the settings in force.</summary>
    internal SectionInspection Inspect(IServiceProvider services, IConfiguration root) =>
        new SectionCheck<TOptions>(root.GetSection(section.Path), optionsName).Inspect(services);

    private SectionInspection Inspect(IServiceProvider services)
    {
        var walk = Walk();
        var steps = services.GetServices<IConfigureOptions<TOptions>>()
            .Select(s => s is SectionCheck<TOptions> own && own.Place == Place ? this : s);
        var options = new OptionsFactory<TOptions>(steps, services.GetServices<IPostConfigureOptions<TOptions>>()).Create(optionsName);
        var wrong = walk.Errors.Select(e => e.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var errors = new List<SettingFinding>(walk.Errors);
        // A setting that did not convert kept its default: judging that as well would only confuse.
        errors.AddRange(Annotations(options).Where(e => !wrong.Contains(e.Key)));
        foreach (var validator in services.GetServices<IValidateOptions<TOptions>>())
        {
            if (validator is SectionCheck<TOptions>) continue;
            var result = validator.Validate(optionsName, options);
            if (result.Failed) errors.AddRange(result.Failures.Select(Finding));
        }

        var values = new List<SettingValue>();
        var roots = Nested(_shape, options, section.Path).ToList();
        foreach (var ((shape, instance), key) in roots) Describe(shape, instance, key, false, values);
        if (roots.Count == 0) values.Add(new SettingValue(section.Path, null, false, false));
        var secrets = roots.SelectMany(r => Secrets(r.Nested.Shape, r.Nested.Instance, false)).Where(s => s.Length >= 4).ToList();
        return new SectionInspection([.. errors.Select(e => e with { Message = Scrub(e.Message, secrets) })], walk.Unknown, values);
    }

    private (List<SettingFinding> Errors, List<UnknownSetting> Unknown) Walk()
    {
        var found = (Errors: new List<SettingFinding>(), Unknown: new List<UnknownSetting>());
        Walk(_shape, section, null, found.Errors, found.Unknown);
        return found;
    }

    private static void Walk(
        SettingShape shape, IConfigurationSection at, SettingShape.Setting? setting, List<SettingFinding> errors, List<UnknownSetting> unknown)
    {
        switch (shape)
        {
            case SettingShape.Leaf leaf:
                if (at.Value is { } text && leaf.Refuse(text) is { } noun)
                {
                    var range = setting?.Property.GetCustomAttributes(typeof(RangeAttribute), true).FirstOrDefault() as RangeAttribute;
                    errors.Add(new SettingFinding(at.Path, range is null || noun is "true or false"
                        ? $"must be {noun}"
                        : string.Create(CultureInfo.InvariantCulture, $"must be {noun.Split(" from ")[0]} between {range.Minimum} and {range.Maximum}")));
                }

                unknown.AddRange(at.GetChildren().Select(c => new UnknownSetting(c.Path, at.Path)));
                break;
            case SettingShape.Group group:
                if (!string.IsNullOrEmpty(at.Value)) errors.Add(new SettingFinding(at.Path, "is a section and takes no value of its own"));
                foreach (var child in at.GetChildren())
                {
                    if (group.Settings.TryGetValue(child.Key, out var known)) Walk(known.Shape, child, known, errors, unknown);
                    else unknown.Add(new UnknownSetting(child.Path, NearestName.Among(group.Settings.Keys, child.Key) is { } near ? $"{at.Path}:{near}" : null));
                }

                break;
            case SettingShape.List or SettingShape.Map:
                if (!string.IsNullOrEmpty(at.Value))
                    errors.Add(new SettingFinding(at.Path, shape is SettingShape.List ? $"is a list: set {at.Path}:0, {at.Path}:1 and so on" : $"is a table: set {at.Path}:name"));
                foreach (var child in at.GetChildren())
                    Walk(shape is SettingShape.List list ? list.Element : ((SettingShape.Map)shape).Element, child, setting, errors, unknown);
                break;
        }
    }

    private IEnumerable<SettingFinding> Annotations(TOptions options) =>
        Nested(_shape, options, section.Path).SelectMany(root => Annotations(root.Nested.Shape, root.Nested.Instance, root.Key));

    private IEnumerable<SettingFinding> Annotations(SettingShape.Group group, object instance, string path)
    {
        foreach (var (name, setting) in group.Settings)
        {
            var value = setting.Property.GetValue(instance);
            var context = new ValidationContext(instance) { MemberName = name, DisplayName = name };
            foreach (var attribute in setting.Property.GetCustomAttributes(typeof(ValidationAttribute), true).Cast<ValidationAttribute>().OrderBy(a => a is not RequiredAttribute))
            {
                if (attribute.GetValidationResult(value, context) is not { } failure) continue;
                yield return new SettingFinding($"{path}:{name}", Expectation.Of(attribute, failure.ErrorMessage));
                break;
            }

            foreach (var (nested, key) in Nested(setting.Shape, value, $"{path}:{name}"))
            {
                foreach (var finding in Annotations(nested.Shape, nested.Instance, key)) yield return finding;
            }
        }

        if (instance is not IValidatableObject self) yield break;
        foreach (var failure in self.Validate(new ValidationContext(instance)))
        {
            foreach (var member in failure.MemberNames.DefaultIfEmpty(""))
                yield return new SettingFinding(member.Length == 0 ? path : $"{path}:{member}", failure.ErrorMessage ?? "is not valid");
        }
    }

    private IEnumerable<((SettingShape.Group Shape, object Instance) Nested, string Key)> Nested(SettingShape shape, object? value, string path)
    {
        switch (shape)
        {
            case SettingShape.Group group when value is not null:
                yield return ((group, value), path);
                break;
            case SettingShape.List { Element: SettingShape.Group element } when value is IEnumerable items:
                // A list may be numbered with gaps; the binder closes them, the message must not.
                var all = items.Cast<object?>().ToList();
                var keys = At(path).GetChildren().Select(c => c.Key).ToList();
                for (var index = 0; index < all.Count; index++)
                {
                    if (all[index] is { } item) yield return ((element, item), $"{path}:{(keys.Count == all.Count ? keys[index] : index)}");
                }

                break;
            case SettingShape.Map { Element: SettingShape.Group element } when value is IDictionary map:
                foreach (DictionaryEntry entry in map)
                {
                    if (entry.Value is not null) yield return ((element, entry.Value), $"{path}:{entry.Key}");
                }

                break;
        }
    }

    private IConfigurationSection At(string path) => path.Length > section.Path.Length ? section.GetSection(path[(section.Path.Length + 1)..]) : section;

    private void Describe(SettingShape.Group group, object instance, string path, bool secret, List<SettingValue> values)
    {
        foreach (var (name, setting) in group.Settings)
        {
            var key = $"{path}:{name}";
            var value = setting.Property.GetValue(instance);
            var hidden = secret || setting.Secret;
            var nested = Nested(setting.Shape, value, key).ToList();
            foreach (var ((shape, child), childKey) in nested) Describe(shape, child, childKey, hidden, values);
            if (nested.Count > 0) continue;
            var text = Text(value);
            values.Add(new SettingValue(key, hidden ? null : text, hidden, !string.IsNullOrEmpty(text)));
        }
    }

    private IEnumerable<string> Secrets(SettingShape.Group group, object instance, bool secret)
    {
        foreach (var setting in group.Settings.Values)
        {
            var value = setting.Property.GetValue(instance);
            var hidden = secret || setting.Secret;
            foreach (var ((shape, child), _) in Nested(setting.Shape, value, ""))
            {
                foreach (var text in Secrets(shape, child, hidden)) yield return text;
            }

            if (!hidden || value is null) continue;
            if (value is not string && value is IEnumerable many)
            {
                foreach (var one in many) yield return Text(one) ?? "";
            }
            else
            {
                yield return Text(value) ?? "";
            }
        }
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        IDictionary map => string.Join(", ", map.Cast<DictionaryEntry>().Select(e => $"{e.Key}={Text(e.Value)}")),
        IEnumerable items => string.Join(", ", items.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static string Scrub(string message, IReadOnlyList<string> secrets) =>
        secrets.Aggregate(message, (text, secret) => text.Replace(secret, "(secret)", StringComparison.Ordinal));

    // A validator names the setting by opening its text with the whole key: "Database:ConnectionString must ...".
    private SettingFinding Finding(string failure)
    {
        var end = failure.IndexOfAny([' ', '=']);
        var word = end > 0 ? failure[..end].TrimEnd(':') : "";
        return word.StartsWith(section.Path + ":", StringComparison.OrdinalIgnoreCase)
            ? new SettingFinding(word, failure[end..].TrimStart())
            : new SettingFinding(section.Path, failure);
    }
}
