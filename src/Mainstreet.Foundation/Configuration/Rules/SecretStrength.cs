using System.Text.RegularExpressions;

using Microsoft.Data.Sqlite;

using Npgsql;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>
/// Outside Development no secret is an example, a default or easily guessed. What only this machine can reach (a broker or a database on
/// loopback) is warned of and not refused: RabbitMQ's <c>guest</c> cannot be used from elsewhere.
/// </summary>
internal sealed partial class SecretStrength : IConfigurationRule
{
    /// <summary>Twelve different characters have 43 bits by this measure; eleven have 38.</summary>
    internal const double LeastBits = 40;

    /// <summary>Parts of passwords that everybody knows, this program's own examples among them.</summary>
    private static readonly string[] Words =
    [
        "admin", "administrator", "change", "changeit", "changeme", "default", "demo", "dev", "development", "dummy", "example", "fake", "foo", "bar", "guest", "hello", "here", "insert",
        "key", "letmein", "login", "long", "enough", "mainstreet", "master", "me", "monkey", "my", "none", "of", "pass", "passw", "password", "placeholder", "postgres", "production", "qwerty",
        "qwertz", "asdf", "zxcv", "rabbit", "rabbitmq", "replace", "root", "sample", "secret", "server", "simulated", "simulator", "staging", "super", "test", "testing", "the", "this", "to", "todo",
        "token", "user", "value", "welcome", "word", "xxx", "xxxx", "your", "api", "whsec", "sk",
    ];

    public IEnumerable<RuleFinding> Judge(RuleContext context)
    {
        if (!context.Guarded) yield break;
        foreach (var setting in context.Settings.Where(s => s.Secret && s.Set))
        {
            foreach (var (key, value) in context.Values(setting))
            {
                foreach (var (secret, local) in Secrets(value))
                {
                    if (Weakness(secret) is not { } why) continue;
                    yield return local
                        ? new RuleFinding(key, $"{why}; only this machine can reach what it opens", Warns: true)
                        : new RuleFinding(key, $"must not be weak: {why}. For a new one: openssl rand -base64 24");
                }
            }
        }
    }

    /// <summary>Why the secret is no secret; null when nothing speaks against it.</summary>
    internal static string? Weakness(string secret)
    {
        var letters = new string([.. secret.ToLowerInvariant().Replace('0', 'o').Replace('1', 'l').Replace('3', 'e').Replace('@', 'a').Replace('$', 's').Where(char.IsAsciiLetter)]);
        var plain = new string([.. secret.ToLowerInvariant().Where(char.IsAsciiLetter)]);
        if (IsMadeOfWords(plain) || IsMadeOfWords(letters)) return "it is made of words that everybody tries first";
        if (secret.Length > 3 && Steps(secret) * 2 > secret.Length) return "its characters follow one another";
        return Bits(secret) < LeastBits ? "it is too short or repeats itself: use at least 12 different characters" : null;
    }

    // Connection strings and addresses hold a password among other things; what holds none opens nothing.
    private static IEnumerable<(string Secret, bool Local)> Secrets(string value)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var address) && value.Contains("://", StringComparison.Ordinal))
        {
            if (address.UserInfo.Split(':', 2) is [_, { Length: > 0 } password]) yield return (Uri.UnescapeDataString(password), address.IsLoopback);
            yield break;
        }

        if (!ConnectionString().IsMatch(value))
        {
            foreach (var part in Headers().IsMatch(value) ? value.Split(',').Select(p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]) : [value]) yield return (part, false);
            yield break;
        }

        if (Read(value) is { Password: { Length: > 0 } secret } read) yield return (secret, read.Local);
    }

    private static (string? Password, bool Local)? Read(string text)
    {
        try
        {
            var postgres = new NpgsqlConnectionStringBuilder(text);
            return (postgres.Password, (postgres.Host ?? "").Split(',').All(Hosts.IsThisMachine));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            try
            {
                return (new SqliteConnectionStringBuilder(text).Password, false);
            }
            catch (ArgumentException)
            {
                // Not understood: the options class says so.
                return null;
            }
        }
    }

    private static bool IsMadeOfWords(string letters)
    {
        if (letters.Length == 0) return false;
        var reachable = new bool[letters.Length + 1];
        reachable[0] = true;
        for (var at = 0; at < letters.Length; at++)
        {
            if (!reachable[at]) continue;
            foreach (var word in Words)
            {
                if (string.CompareOrdinal(letters, at, word, 0, word.Length) == 0) reachable[at + word.Length] = true;
            }
        }

        return reachable[letters.Length];
    }

    private static int Steps(string text) => text.Zip(text.Skip(1)).Count(pair => Math.Abs(pair.First - pair.Second) <= 1);

    // Shannon's entropy of the text's own characters: an upper bound for what was typed, no measure of how it was made.
    internal static double Bits(string text) =>
        text.GroupBy(c => c).Sum(g => -g.Count() * Math.Log2((double)g.Count() / text.Length));

    [GeneratedRegex(@"(?i)\b(Host|Server|Data Source|Password|Username)\s*=")]
    private static partial Regex ConnectionString();

    [GeneratedRegex(@"^[A-Za-z0-9-]+=[^,]+(,[A-Za-z0-9-]+=[^,]+)*$")]
    private static partial Regex Headers();
}
