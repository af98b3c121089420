using System.Net;

using Microsoft.Extensions.Configuration;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>Outside Development nobody is believed or let in whom the operator did not name.</summary>
/// <remarks>Staging may answer every host name that is spelled out as <c>*</c>: its names come and go with what is tried there.</remarks>
internal sealed class OpenDoors : IConfigurationRule
{
    public IEnumerable<RuleFinding> Judge(RuleContext context)
    {
        if (!context.Guarded) yield break;
        var names = (context.Root["AllowedHosts"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Any(n => n is "*" or "[::]" or "0.0.0.0"))
            yield return new RuleFinding("AllowedHosts", "must not be every name in Production: name the hosts, or leave it out where the proxy judges them", Warns: !context.Live);
        foreach (var (key, value) in Values(context.Root, "Web:TrustedProxies"))
        {
            if (IPNetwork.TryParse(value, out var range) && range.PrefixLength < (range.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 8 : 16))
                yield return new RuleFinding(key, "must not be so wide a range: anybody in it can pretend to come from any address");
        }

        foreach (var (key, value) in Values(context.Root, "Web:CorsOrigins"))
        {
            if (value.Trim() is "*" or "null") yield return new RuleFinding(key, "must name an origin: this lets pages of every site call the API");
        }

        if (bool.TryParse(context.Root["Metrics:Public"], out var open) && open)
            yield return new RuleFinding("Metrics:Public", "opens /metrics to everybody who reaches this port: let the network or the proxy keep others off", Warns: true);
    }

    private static IEnumerable<(string Key, string Value)> Values(IConfiguration root, string key) =>
        root.GetSection(key).GetChildren().Where(c => c.Value is not null).Select(c => (c.Path, c.Value!));
}
