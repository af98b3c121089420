namespace Mainstreet.Foundation.Authorization;

/// <summary>
/// Roles with their hierarchy, grants and relationships, implemented by Access and answered from memory. What the declared
/// roles of a permission give is decided by <see cref="Caller"/> before; nothing here takes it away.
/// </summary>
public interface IAccessRules
{
    /// <summary>Rises with every change.</summary>
    long Version { get; }

    /// <summary>Reads the changes that were committed before the call.</summary>
    ValueTask RefreshAsync(CancellationToken cancel);

    /// <summary>True when some rule gives the caller the permission on anything.</summary>
    bool HoldsAnywhere(Caller caller, string permission);

    /// <summary>True when a rule gives the caller the permission on the resource.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="permission">Dotted name, or a relation of the relationship model.</param>
    /// <param name="resource"><c>{type}:{id}</c>, or a whole type <c>{type}:*</c>.</param>
    /// <param name="businessId">The business that the resource belongs to.</param>
    bool Holds(Caller caller, string permission, string resource, Guid? businessId);

    /// <summary>Businesses on which a rule gives the caller the permission; each once.</summary>
    IReadOnlyList<Guid> BusinessesWith(Caller caller, string permission);
}
