using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access.Grants;

/// <summary>A role as it was written: whose permissions it inherits and which it adds.</summary>
internal sealed record RoleRule(string Name, IReadOnlyList<string> Parents, IReadOnlyList<string> Permissions);

/// <summary>A role with everything that it inherits.</summary>
/// <param name="Names">The role and all above it, itself first, each once.</param>
/// <param name="Subjects">The same as grants name them: <c>role:{name}</c>.</param>
/// <param name="Permissions">What these roles were given, without what modules declare.</param>
internal sealed record RoleClosure(string[] Names, string[] Subjects, IReadOnlySet<string> Permissions);

/// <summary>All roles, compiled. Immutable.</summary>
internal sealed class RoleGraph
{
    private static readonly FrozenDictionary<string, RoleClosure> BuiltIn = Roles.OfAccounts.Concat(Roles.OfBusinesses)
        .ToFrozenDictionary(name => name, Alone, StringComparer.Ordinal);

    private readonly FrozenDictionary<string, RoleClosure> _closures;

    internal RoleGraph(IEnumerable<RoleRule> rules)
    {
        Rules = rules.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);
        _closures = Rules.Keys.ToFrozenDictionary(name => name, Close, StringComparer.Ordinal);
    }

    internal static RoleGraph Empty { get; } = new([]);

    /// <summary>Roles that were written, by name; a built-in role is among them only once something was added to it.</summary>
    internal FrozenDictionary<string, RoleRule> Rules { get; }

    internal static bool IsBuiltIn(string name) => BuiltIn.ContainsKey(name);

    internal RoleClosure Of(string name) =>
        _closures.TryGetValue(name, out var closure) || BuiltIn.TryGetValue(name, out closure) ? closure : Alone(name);

    /// <summary>True when one of the roles is the named one or inherits it.</summary>
    internal bool Inherits(IEnumerable<string> roles, string name) => roles.Any(r => Of(r).Names.Contains(name));

    private static RoleClosure Alone(string name) => new([name], [$"role:{name}"], FrozenSet<string>.Empty);

    private RoleClosure Close(string name)
    {
        var names = new List<string>();
        var waiting = new Queue<string>([name]);
        while (waiting.TryDequeue(out var next))
        {
            if (names.Contains(next)) continue;
            names.Add(next);
            if (!Rules.TryGetValue(next, out var rule)) continue;
            foreach (var parent in rule.Parents) waiting.Enqueue(parent);
        }

        var permissions = names.Where(Rules.ContainsKey).SelectMany(n => Rules[n].Permissions).ToHashSet(StringComparer.Ordinal);
        return new RoleClosure([.. names], [.. names.Select(n => $"role:{n}")], permissions.Count == 0 ? FrozenSet<string>.Empty : permissions);
    }
}
