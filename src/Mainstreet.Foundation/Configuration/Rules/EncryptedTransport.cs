using Npgsql;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>
/// Outside Development nothing travels in clear text through networks of others: addresses begin with https:// (amqps://), PostgreSQL is asked for TLS.
/// Inside a network of one's own clear text is warned of where it is HTTP, and refused for the store of files; the broker's and the database's are left to the network.
/// </summary>
internal sealed class EncryptedTransport : IConfigurationRule
{
    /// <summary>What this server listens on: the proxy before it ends TLS.</summary>
    private static readonly string[] Listening = ["Urls", "Studio:Sites:Urls"];

    /// <summary>What browsers are sent to.</summary>
    private static readonly string[] Public = ["PublicUrl", "Address", "CorsOrigins"];

    public IEnumerable<RuleFinding> Judge(RuleContext context)
    {
        if (!context.Guarded) yield break;
        foreach (var setting in context.Settings.Where(s => s.Set && !Listening.Contains(s.Key, StringComparer.OrdinalIgnoreCase)))
        {
            foreach (var (key, value) in context.Values(setting))
            {
                if (Judge(key, value, Public.Any(p => setting.Key.EndsWith(":" + p, StringComparison.OrdinalIgnoreCase))) is { } finding) yield return finding;
            }
        }
    }

    private static RuleFinding? Judge(string key, string value, bool shown)
    {
        if (key.Equals("Database:ConnectionString", StringComparison.OrdinalIgnoreCase)) return Database(key, value);
        var clear = value.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        if (!clear && !value.StartsWith("amqp://", StringComparison.OrdinalIgnoreCase)) return null;
        // {site} and {z} stand for names that are filled in.
        var host = Uri.TryCreate(value.Replace('{', 'x').Replace('}', 'x'), UriKind.Absolute, out var address) ? address.Host : "";
        if (Hosts.IsThisMachine(host)) return null;
        if (key.Equals("Files:S3:Endpoint", StringComparison.OrdinalIgnoreCase))
            return new RuleFinding(key, "must begin with https:// outside Development: files of people travel there, and only their signatures would be protected");
        if (shown) return new RuleFinding(key, "must begin with https:// outside Development");
        if (!Hosts.IsInside(host)) return new RuleFinding(key, $"must begin with {(clear ? "https" : "amqps")}:// outside Development: it leads through networks of others");
        return clear ? new RuleFinding(key, "travels in clear text, although inside a network of your own", Warns: true) : null;
    }

    private static RuleFinding? Database(string key, string value)
    {
        try
        {
            var postgres = new NpgsqlConnectionStringBuilder(value);
            return postgres.SslMode < SslMode.Require && (postgres.Host ?? "").Split(',').Any(h => h.Length > 0 && !Hosts.IsInside(h.Split(':')[0]))
                ? new RuleFinding(key, "must ask for TLS (SSL Mode=VerifyFull) outside Development: it leads through networks of others") : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // SQLite's, or not understood: the options class judges it.
            return null;
        }
    }
}
