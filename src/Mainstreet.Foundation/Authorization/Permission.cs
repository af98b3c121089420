namespace Mainstreet.Foundation.Authorization;

/// <summary>A thing that a caller may do, named <c>module.noun.verb</c>, and the roles that may do it.</summary>
/// <param name="Name">Dotted name, stable: clients and grants refer to it.</param>
/// <param name="Roles">Roles that hold it: account roles (customer, contractor, admin) or business roles (owner, agent, clerk, courier).</param>
public sealed record Permission(string Name, params IReadOnlyList<string> Roles)
{
    /// <summary>True when a business role holds it, so that it is always about a business and what belongs to it; false for the system's own.</summary>
    public bool IsOfBusinesses { get; } = Roles.Any(Authorization.Roles.OfBusinesses.Contains);

    /// <summary>True when administrators alone hold it.</summary>
    public bool IsOfSystem { get; } = Roles.All(role => role == Authorization.Roles.Admin);
}

/// <summary>The roles of the house.</summary>
public static class Roles
{
    public const string Customer = "customer";
    public const string Contractor = "contractor";
    public const string Agent = "agent";
    public const string Owner = "owner";
    public const string Admin = "admin";
    public const string Clerk = "clerk";
    public const string Courier = "courier";

    /// <summary>Any signed-in account.</summary>
    public const string Anyone = "*";

    /// <summary>Roles that are held in a business.</summary>
    public static IReadOnlyList<string> OfBusinesses { get; } = [Owner, Agent, Clerk, Courier];

    /// <summary>Roles that an account holds by itself.</summary>
    public static IReadOnlyList<string> OfAccounts { get; } = [Customer, Contractor, Admin];
}
