using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Store;

/// <summary>The business that a member's request is about.</summary>
internal static class OwnBusiness
{
    internal static readonly Problem Required = new(400, "business_required", "Say which business this is for.")
    {
        Errors = new Dictionary<string, string[]> { ["businessId"] = ["is needed: you belong to none, or to several"] },
    };

    internal static readonly Problem Unknown = new(404, "business_not_found", "There is no such business.");

    /// <summary>
    /// The named one if the caller holds the permission there; without a name the caller's only one; for administrators
    /// without a name the default one. Another's business is unknown.
    /// </summary>
    internal static async Task<Outcome<BusinessInfo>> FindAsync(
        Guid? businessId, string permission, Caller caller, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var mine = caller.BusinessesWith(permission);
        var id = businessId ?? (mine.Count == 1 ? mine[0] : null);
        if (id is { } known)
        {
            return caller.Can(permission, known) && await businesses.FindAsync(known, cancel) is { } business && business.Synthetic == caller.Synthetic
                ? business
                : Unknown;
        }

        return caller.IsAdmin && await businesses.DefaultAsync(cancel) is { } fallback && fallback.Synthetic == caller.Synthetic ? fallback : Required;
    }
}
