using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Trades;

/// <summary>The business that a member's request is about.</summary>
internal static class OwnBusiness
{
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
                : new Problem(404, "business_not_found", "There is no such business.");
        }

        return caller.IsAdmin && await businesses.DefaultAsync(cancel) is { } fallback ? fallback : TradesProblems.BusinessRequired;
    }
}
