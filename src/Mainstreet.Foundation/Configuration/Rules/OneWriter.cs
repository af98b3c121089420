namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>SQLite is for one process on one machine: settings that speak of several are warned of, outside Development.</summary>
internal sealed class OneWriter : IConfigurationRule
{
    public IEnumerable<RuleFinding> Judge(RuleContext context)
    {
        if (!context.Guarded || (context.Root["Database:Provider"] ?? "sqlite").Equals("postgres", StringComparison.OrdinalIgnoreCase)) yield break;
        if (context.Root["Roles"] is { Length: > 0 } roles && !(roles.Contains("web", StringComparison.Ordinal) && roles.Contains("worker", StringComparison.Ordinal)))
            yield return new RuleFinding("Roles", "splits the work over several processes, and SQLite serves one: set Database:Provider to postgres", Warns: true);
        if (!string.IsNullOrWhiteSpace(context.Root["Broker:Uri"]))
            yield return new RuleFinding("Broker:Uri", "spreads work over several processes, and SQLite serves one: set Database:Provider to postgres", Warns: true);
    }
}
