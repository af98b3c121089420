using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Mainstreet.Foundation.Data;

/// <summary>One numbered step of a module's schema on one engine, with its way back.</summary>
public sealed partial record Migration(string Module, int Number, string Name, string Up, string Down)
{
    /// <summary>
    /// SHA-256 of the way up, lower-case hex: a migration that was applied may not change. Lines that speak to the lint alone do not count, so that an
    /// exception can be justified after a release.
    /// </summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LintLine().Replace(Up, ""))));

    [GeneratedRegex(@"^[ \t]*-- lint:.*(?:\n|\z)", RegexOptions.Multiline)]
    private static partial Regex LintLine();
}

/// <summary>
/// SQL migrations embedded in a module's assembly as <c>Data/Migrations/{Postgres|Sqlite}/NNNN_name.{up|down}.sql</c>.
/// </summary>
public sealed partial class MigrationSource(string module, Assembly assembly)
{
    private readonly IReadOnlyList<Migration>? _given;

    /// <summary>Migrations that no file holds, the same on both engines.</summary>
    internal MigrationSource(string module, IReadOnlyList<Migration> given)
        : this(module, typeof(MigrationSource).Assembly) => _given = given;

    public string Module { get; } = module;

    /// <summary>Migrations in order, numbered 1, 2, 3, … without gaps.</summary>
    /// <exception cref="InvalidOperationException">A number is missing or double, or a way back is missing.</exception>
    public IReadOnlyList<Migration> Load(Engine engine)
    {
        if (_given is not null) return _given;
        var files = new SortedDictionary<int, (string Name, string? Up, string? Down)>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            var match = FilePattern().Match(resource);
            if (!match.Success || match.Groups["engine"].Value != engine.ToString()) continue;
            var number = int.Parse(match.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var sql = reader.ReadToEnd();
            var name = match.Groups["name"].Value;
            var known = files.GetValueOrDefault(number, (name, null, null));
            if (known.Name != name) throw new InvalidOperationException($"{Module}: two migrations are numbered {number}.");
            files[number] = match.Groups["way"].Value == "up" ? known with { Up = sql } : known with { Down = sql };
        }

        var expected = 1;
        var migrations = new List<Migration>();
        foreach (var (number, file) in files)
        {
            if (number != expected++) throw new InvalidOperationException($"{Module}: migration {expected - 1} is missing.");
            migrations.Add(new Migration(Module, number, file.Name,
                file.Up ?? throw new InvalidOperationException($"{Module}: {number} has no way up."),
                file.Down ?? throw new InvalidOperationException($"{Module}: {number} has no way back.")));
        }

        return migrations;
    }

    [GeneratedRegex(@"Migrations[/\\](?<engine>Postgres|Sqlite)[/\\](?<number>\d{4})_(?<name>[a-z0-9_]+)\.(?<way>up|down)\.sql$")]
    private static partial Regex FilePattern();
}
