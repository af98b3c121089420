using Microsoft.Extensions.Configuration;

namespace Mainstreet.Foundation.Configuration;

/// <summary>What a process does: setting <c>Roles</c>, <c>web</c>, <c>worker</c> and <c>runner</c> separated by commas. Default all.</summary>
public static class Roles
{
    public static bool IncludeWorker(IConfiguration configuration) => Has(configuration, "worker");

    public static bool IncludeWeb(IConfiguration configuration) => Has(configuration, "web");

    /// <summary>Runs untrusted code in its own cage, for itself and for processes without one.</summary>
    public static bool IncludeRunner(IConfiguration configuration) => Has(configuration, "runner");

    private static bool Has(IConfiguration configuration, string role)
    {
        var names = configuration["Roles"] is { Length: > 0 } roles ? roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : ["web", "worker", "runner"];
        foreach (var name in names)
        {
            if (name is not ("web" or "worker" or "runner")) throw new InvalidDataException($"Roles: '{name}' is none of 'web', 'worker' and 'runner'.");
        }

        return names.Contains(role);
    }
}
