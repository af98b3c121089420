using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Outbound;

/// <summary>The providers of one section.</summary>
internal sealed class Providers : IProviders, IDisposable
{
    private readonly Provider[] _all;
    private readonly Dictionary<string, IReadOnlyList<IProvider>> _byChannel;

    /// <param name="section">The section's path; its first word tells the modules' providers apart in metrics.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="development">Mail may go without TLS.</param>
    internal Providers(string section, ProviderList options, bool development, OutboundMetrics metrics, TimeProvider clock, ILoggerFactory logs)
    {
        var names = ProviderListCheck.NamesOf(options);
        var module = section.Split(':')[0].ToLowerInvariant();
        _all = [.. options.Select((o, i) => Make(names[i], o))];
        _byChannel = _all.GroupBy(p => p.Channel).ToDictionary(g => g.Key, IReadOnlyList<IProvider> (g) => [.. g], StringComparer.Ordinal);

        Provider Make(string name, ProviderOptions o)
        {
            var circuit = new Circuit($"{module}/{name}", o.Breaker, clock, logs.CreateLogger<Circuit>());
            metrics.Add(circuit);
            return o.Kind switch
            {
                ProviderKind.Smtp => new SmtpProvider(name, o, development, circuit, metrics, clock),
                ProviderKind.Sms => new SmsProvider(name, o, circuit, metrics, clock),
                _ => new WebhookProvider(name, o, circuit, metrics, clock),
            };
        }
    }

    public IReadOnlyList<IProvider> All => _all;

    public IReadOnlyList<IProvider> For(string channel) => _byChannel.GetValueOrDefault(channel, []);

    public IProvider? Find(string name) => Array.Find(_all, p => p.Name == name);

    public void Dispose()
    {
        foreach (var provider in _all) provider.Dispose();
    }
}
