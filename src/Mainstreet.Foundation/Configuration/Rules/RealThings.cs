using System.Text.RegularExpressions;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>Outside Development nothing pretends: no simulators and doubles, no demo data.</summary>
internal sealed partial class RealThings : IConfigurationRule
{
    public IEnumerable<RuleFinding> Judge(RuleContext context)
    {
        if (!context.Guarded) yield break;
        if (bool.TryParse(context.Root["Seed"], out var seed) && seed) yield return new RuleFinding("Seed", "must not be true outside Development: the demo street is no data");
        foreach (var setting in context.Settings.Where(s => s.Set && !s.Secret && Naming().IsMatch(s.Key)))
        {
            foreach (var (key, value) in context.Values(setting))
            {
                if (Pretending().IsMatch(value)) yield return new RuleFinding(key, "must not be a simulator or a double outside Development");
            }
        }
    }

    [GeneratedRegex(@":(Provider|Kind|Name|Protocol|Model)$")]
    private static partial Regex Naming();

    [GeneratedRegex(@"(?i)\b(simulat(or|ed)|double|fake|mock|stub|dummy)\b")]
    private static partial Regex Pretending();
}
