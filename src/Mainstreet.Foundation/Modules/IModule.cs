using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Foundation.Modules;

/// <summary>
/// One business module. The host discovers nothing by reflection: it holds a list of modules, keeps those that
/// <c>--modules</c> names, and asks each for what it brings.
/// </summary>
public interface IModule
{
    /// <summary>Lower-case name: the word in <c>--modules</c>, the database schema and the prefix of permissions.</summary>
    string Name { get; }

    /// <summary>Permissions that the module's routes ask for, with the roles that hold them.</summary>
    IReadOnlyList<Permission> Permissions { get; }

    /// <summary>The module's own SQL migrations; <c>null</c> when it stores nothing.</summary>
    MigrationSource? Migrations { get; }

    /// <summary>Registers services, options, jobs, event handlers, live topics, proofs and smoke paths.</summary>
    void AddServices(ModuleBuilder builder);

    /// <summary>Maps HTTP routes and pages.</summary>
    void MapRoutes(IEndpointRouteBuilder routes);
}
