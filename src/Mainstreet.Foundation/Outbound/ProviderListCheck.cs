using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Outbound;

/// <summary>What one provider alone cannot know: names are unique, and outside Development nothing travels in clear text.</summary>
internal sealed class ProviderListCheck(IConfigurationSection section, bool development) : IValidateOptions<ProviderList>
{
    public ValidateOptionsResult Validate(string? name, ProviderList options)
    {
        if (name != section.Path) return ValidateOptionsResult.Skip;
        var failures = new List<string>();
        var keys = section.GetChildren().Select(c => c.Key).ToList();
        var names = NamesOf(options);
        for (var i = 0; i < options.Count; i++)
        {
            var path = $"{section.Path}:{(keys.Count == options.Count ? keys[i] : i)}";
            if (names.Take(i).Contains(names[i])) failures.Add($"{path}:Name must be unique: an earlier provider is '{names[i]}' too");
            if (development) continue;
            if (Uri.TryCreate(options[i].EffectiveUrl, UriKind.Absolute, out var url) && url.Scheme == "http" && !ProviderOptions.IsLoopback(url))
                failures.Add($"{path}:Url must begin with https:// outside Development");
            if (Uri.TryCreate(options[i].ReceiptUrl, UriKind.Absolute, out var receipts) && receipts.Scheme == "http" && !ProviderOptions.IsLoopback(receipts))
                failures.Add($"{path}:ReceiptUrl must begin with https:// outside Development");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Names given, else kind and number among its kind.</summary>
    internal static IReadOnlyList<string> NamesOf(ProviderList list) =>
        [.. list.Select((p, i) => p.Name ?? $"{p.Kind.ToString().ToLowerInvariant()}{list.Take(i + 1).Count(o => o.Kind == p.Kind)}")];
}
