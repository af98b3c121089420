using System.Text.RegularExpressions;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

/// <summary>
/// Looks for statements on the way up that block writers, lose data or break the release before. A justified exception is a comment line directly before its
/// statement: <c>-- lint: allow RULE: reason</c>. Such lines do not count in a migration's checksum. Ways back are not looked at: they drop by their nature.
/// </summary>
public static partial class MigrationLint
{
    /// <summary>Every rule's name, sorted.</summary>
    public static IReadOnlyList<string> Rules { get; } =
        [.. LintRule.All.Select(r => r.Name).Concat(["concurrently-in-transaction", "no-transaction", "wrong-allow"]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Findings in the order of the file.</summary>
    public static IReadOnlyList<LintFinding> Check(string sql, Engine engine)
    {
        var findings = new List<LintFinding>();
        var made = new HashSet<string>(StringComparer.Ordinal);
        var outside = SqlScript.IsOutsideTransaction(sql);
        foreach (var statement in SqlScript.Split(sql, engine))
        {
            if (LintRule.Makes.Match(statement.Shape) is { Success: true } makes) made.Add(makes.Groups["table"].Value);
            var found = Look(statement, engine, made, outside).DistinctBy(f => f.Rule).ToList();
            foreach (var note in statement.Notes.Where(n => n.StartsWith("lint:", StringComparison.Ordinal)))
            {
                var allow = Allow().Match(note);
                if (!allow.Success) findings.Add(Finding("wrong-allow", statement, "an exception reads '-- lint: allow RULE: reason'"));
                else if (found.RemoveAll(f => f.Rule == allow.Groups["rule"].Value) == 0)
                    findings.Add(Finding("wrong-allow", statement, $"nothing here needs the exception '{allow.Groups["rule"].Value}'"));
            }

            findings.AddRange(found);
        }

        return findings;
    }

    private static IEnumerable<LintFinding> Look(SqlStatement statement, Engine engine, HashSet<string> made, bool outside)
    {
        foreach (var part in Parts(statement.Shape))
        {
            foreach (var rule in LintRule.All)
            {
                if ((rule.Engine ?? engine) == engine && rule.Finds(part, made)) yield return Finding(rule.Name, statement, rule.Advice);
            }
        }

        if (!outside && Concurrently().IsMatch(statement.Shape))
            yield return Finding("concurrently-in-transaction", statement, $"cannot run in a transaction: open the file with '{SqlScript.NoTransaction}'");
        if (outside && engine == Engine.Sqlite) yield return Finding("no-transaction", statement, "SQLite has nothing that must run outside a transaction");
        if (outside && engine == Engine.Postgres && !Convergent().IsMatch(statement.Shape))
        {
            yield return Finding("no-transaction", statement,
                "outside a transaction only what can be run again: CREATE INDEX CONCURRENTLY IF NOT EXISTS, DROP INDEX CONCURRENTLY IF EXISTS, VALIDATE CONSTRAINT");
        }
    }

    /// <summary>An ALTER TABLE of several parts as one ALTER TABLE for each.</summary>
    private static List<string> Parts(string shape)
    {
        var head = AlterHead().Match(shape);
        if (!head.Success) return [shape];
        var (parts, depth, start) = (new List<string>(), 0, head.Length);
        for (var i = start; i <= shape.Length; i++)
        {
            var here = i < shape.Length ? shape[i] : ',';
            depth += here == '(' ? 1 : here == ')' ? -1 : 0;
            if (here != ',' || (depth > 0 && i < shape.Length)) continue;
            parts.Add(head.Value + shape[start..i].Trim());
            start = i + 1;
        }

        return parts;
    }

    private static LintFinding Finding(string rule, SqlStatement statement, string message)
    {
        var words = string.Join(' ', statement.Text.Split((char[]?)null, 9, StringSplitOptions.RemoveEmptyEntries).Take(8));
        return new LintFinding(rule, statement.Line, words, message);
    }

    [GeneratedRegex(@"^lint: allow (?<rule>[a-z-]+): \S")]
    private static partial Regex Allow();

    [GeneratedRegex(@"^alter table (?:if exists )?(?:only )?[a-z0-9_.""]+ ")]
    private static partial Regex AlterHead();

    [GeneratedRegex(@"^(?:create (?:unique )?index|drop index|reindex .*?) concurrently\b")]
    private static partial Regex Concurrently();

    [GeneratedRegex(@"^(?:create (?:unique )?index concurrently if not exists|drop index concurrently if exists|alter table .* validate constraint) ")]
    private static partial Regex Convergent();
}
