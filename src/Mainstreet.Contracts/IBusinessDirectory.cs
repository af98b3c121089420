namespace Mainstreet.Contracts;

/// <summary>A business as other modules see it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">Display name, 1 to 200 characters.</param>
/// <param name="TimeZone">IANA zone id, for example <c>America/New_York</c>.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Synthetic">Made by <c>mainstreet prove</c>: only synthetic callers meet it.</param>
/// <param name="Demo">The seeded demo business.</param>
public sealed record BusinessInfo(Guid Id, string Name, string TimeZone, string Currency, bool Synthetic, bool Demo);

/// <summary>Businesses, implemented by Access.</summary>
public interface IBusinessDirectory
{
    /// <summary>The business, or <c>null</c> when there is none of this id.</summary>
    Task<BusinessInfo?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>
    /// Where a row goes when nobody said so: in Development the demo business; elsewhere the only business that is not
    /// synthetic; <c>null</c> when there is none or more than one.
    /// </summary>
    Task<BusinessInfo?> DefaultAsync(CancellationToken cancel);

    /// <summary>Enabled accounts with the role agent in the business, by id; empty when there is no such business.</summary>
    Task<IReadOnlyList<Guid>> AgentsAsync(Guid businessId, CancellationToken cancel);
}
