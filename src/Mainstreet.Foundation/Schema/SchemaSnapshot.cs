using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Foundation.Schema;

/// <summary>
/// What a module has in the database: one line an object, <c>kind name: definition</c>, sorted. The same schema gives the same text on the same engine,
/// whatever order it was made in; names are without the module.
/// </summary>
public sealed class SchemaSnapshot
{
    private readonly SortedDictionary<string, string> _objects = new(StringComparer.Ordinal);

    internal SchemaSnapshot(IEnumerable<(string Kind, string Name, string Definition)> objects)
    {
        foreach (var (kind, name, definition) in objects)
        {
            var (key, line) = ($"{kind} {name}", definition.ReplaceLineEndings(" "));
            _objects[key] = _objects.TryGetValue(key, out var other) ? $"{other} and {line}" : line;
        }

        Text = string.Concat(_objects.Select(o => $"{o.Key}: {o.Value}\n"));
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
    }

    /// <summary>The lines, each ended by a line feed; empty when the module has nothing.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the text, lower-case hex.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    internal static SchemaSnapshot Parse(string text) => new(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var (blank, colon) = (line.IndexOf(' ', StringComparison.Ordinal), line.IndexOf(": ", StringComparison.Ordinal));
        return (line[..blank], line[(blank + 1)..colon], line[(colon + 2)..]);
    }));

    /// <summary>What this has otherwise than <paramref name="recorded"/>, each named <c>module.table.column</c>.</summary>
    internal IReadOnlyList<string> Differences(SchemaSnapshot recorded, string module)
    {
        var lines = new List<string>();
        var tables = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in recorded._objects.Keys.Union(_objects.Keys).Order(StringComparer.Ordinal).Where(k => !k.StartsWith("layout ", StringComparison.Ordinal)))
        {
            var (was, now) = (recorded._objects.GetValueOrDefault(key), _objects.GetValueOrDefault(key));
            if (was == now) continue;
            var (kind, name) = (key[..key.IndexOf(' ', StringComparison.Ordinal)], key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var table = name.Split('.')[0];
            // A table that is gone or new says it for all that belongs to it.
            if (kind is not ("table" or "function" or "type") && recorded._objects.ContainsKey($"table {table}") != _objects.ContainsKey($"table {table}")) continue;
            tables.Add(table);
            lines.Add((was, now) switch
            {
                (null, _) => $"{module}.{name}: {kind} that no migration made ({now})",
                (_, null) => $"{module}.{name}: {kind} is missing ({was})",
                _ => $"{module}.{name}: {kind} is {now}, was left as {was}",
            });
        }

        // SQLite's whole text of a table only speaks where nothing finer did: a changed CHECK, for example.
        foreach (var key in recorded._objects.Keys.Intersect(_objects.Keys).Where(k => k.StartsWith("layout ", StringComparison.Ordinal) && recorded._objects[k] != _objects[k]))
        {
            var table = key["layout ".Length..];
            if (tables.Add(table)) lines.Add($"{module}.{table}: table is {_objects[key]}, was left as {recorded._objects[key]}");
        }

        return lines;
    }
}
