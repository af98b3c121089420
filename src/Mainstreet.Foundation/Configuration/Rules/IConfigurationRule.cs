using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>
/// What no single options class can know: whether the settings together suit the environment. Rules see the values of secrets and must not
/// put them into their words. Modules may register theirs.
/// </summary>
public interface IConfigurationRule
{
    /// <summary>Everything that the rule holds against the settings.</summary>
    IEnumerable<RuleFinding> Judge(RuleContext context);
}

/// <summary>What a rule holds against a setting.</summary>
/// <param name="Key">The setting's whole path.</param>
/// <param name="Message">Goes on from the key: <c>must ...</c>; for a warning a clause.</param>
/// <param name="Warns">True for what is told and does not stop the start.</param>
public sealed record RuleFinding(string Key, string Message, bool Warns = false);

/// <summary>What rules judge.</summary>
/// <param name="Root">All settings.</param>
/// <param name="Environment">Development, Staging, Production or another, which counts as Production.</param>
/// <param name="Settings">The settings that the program reads.</param>
public sealed record RuleContext(IConfigurationRoot Root, string Environment, IReadOnlyList<ShownSetting> Settings)
{
    /// <summary>Anything but Development: a forgotten setting must not open anything.</summary>
    public bool Guarded => !Environment.Equals(Environments.Development, StringComparison.OrdinalIgnoreCase);

    /// <summary>Neither Development nor Staging. What Staging may do besides, its rule says.</summary>
    public bool Live => Guarded && !Environment.Equals(Environments.Staging, StringComparison.OrdinalIgnoreCase);

    /// <summary>The values of a setting, one for each place of a list; none when it is not set.</summary>
    public IEnumerable<(string Key, string Value)> Values(ShownSetting setting)
    {
        if (Root[setting.Key] is { Length: > 0 } value) yield return (setting.Key, value);
        else if (setting.Value is { Length: > 0 } standing && !Root.GetSection(setting.Key).GetChildren().Any()) yield return (setting.Key, standing);
        foreach (var child in Root.GetSection(setting.Key).GetChildren())
        {
            if (child.Value is { Length: > 0 } part) yield return (child.Path, part);
        }
    }
}
