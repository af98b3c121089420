namespace Mainstreet.Contracts;

/// <summary>Fixed ids of the demo street, in the form of UUIDv7, so that each module's seed can refer to the others'.</summary>
public static class DemoIds
{
    public const int Agents = 10;
    public const int Tenants = 10;
    public const int Contractors = 50;
    public const int Clerks = 2;

    /// <summary>Hudson Property Management.</summary>
    public static Guid Business { get; } = Of(DemoKind.Business, 1);

    public static Guid Admin { get; } = Of(DemoKind.Admin, 1);

    /// <param name="number">1 to 10.</param>
    public static Guid Agent(int number) => Of(DemoKind.Agent, number);

    /// <param name="number">1 to 10.</param>
    public static Guid Tenant(int number) => Of(DemoKind.Tenant, number);

    /// <param name="number">1 to 2.</param>
    public static Guid Clerk(int number) => Of(DemoKind.Clerk, number);

    /// <summary>The account, not the contractor's profile.</summary>
    /// <param name="number">1 to 50.</param>
    public static Guid Contractor(int number) => Of(DemoKind.Contractor, number);

    /// <summary>01900000-0000-7000-8000-KKKKNNNNNNNN: kind and number in hexadecimal.</summary>
    public static Guid Of(DemoKind kind, int number) =>
        Guid.Parse($"01900000-0000-7000-8000-{(int)kind:x4}{number:x8}");
}

/// <summary>What a demo id names. Modules take numbers from 16 on for kinds of their own.</summary>
public enum DemoKind
{
    Business = 0,
    Admin = 1,
    Agent = 2,
    Tenant = 3,
    Contractor = 4,
    Clerk = 5,
}
