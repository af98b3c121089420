namespace Mainstreet.Foundation.Authorization;

/// <summary>Tells Access which business the things of one type belong to; a module registers one per type that grants may name.</summary>
public interface IResourceOwner
{
    /// <summary>The type in <c>{type}:{id}</c>, for example <c>product</c>.</summary>
    string Type { get; }

    /// <summary>The business of the thing, or <c>null</c> when it does not exist or belongs to none.</summary>
    Task<Guid?> FindBusinessAsync(Guid id, CancellationToken cancel);
}
