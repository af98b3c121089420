using Microsoft.Extensions.Configuration;

namespace Mainstreet.Foundation.Configuration;

/// <summary>What a process does: setting <c>Roles</c>, <c>web</c> and <c>worker</c> separated by a comma. Default both.</summary>
public static class Roles
{
    public static bool IncludeWorker(IConfiguration configuration) => Has(configuration, "worker");

    public static bool IncludeWeb(IConfiguration configuration) => Has(configuration, "web");

    private static bool Has(IConfiguration configuration, string role)
    {
        var names = configuration["Roles"] is { Length: > 0 } roles ? roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : ["web", "worker"];
        foreach (var name in names)
        {
            if (name is not ("web" or "worker")) throw new InvalidDataException($"Roles: '{name}' is neither 'web' nor 'worker'.");
        }

        return names.Contains(role);
    }
}
