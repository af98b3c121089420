using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Occasions.Recipients;

/// <summary>A recipient on the wire. Dates are <c>YYYY-MM-DD</c> or <c>--MM-DD</c>; empty <c>channels</c> mean the business's.</summary>
public sealed record RecipientView(
    Guid Id, Guid BusinessId, string FirstName, string LastName, string? Email, string? Phone, string? Birthday, string? Anniversary,
    string TimeZone, string? Language, IReadOnlyList<string> Channels, bool Paused, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static RecipientView Of(Recipient r) => new(
        r.Id, r.BusinessId, r.FirstName, r.LastName, r.Email, r.Phone, r.Birthday, r.Anniversary, r.TimeZone, r.Language,
        r.Channels.Split(',', StringSplitOptions.RemoveEmptyEntries), r.Paused, r.Version, r.CreatedAt, r.UpdatedAt);
}

/// <summary>Whose recipients a caller sees.</summary>
internal static class RecipientVisibility
{
    /// <inheritdoc cref="VisibleTo"/>
    internal static bool IsVisibleTo(this Recipient recipient, Caller caller) =>
        recipient.Synthetic == caller.Synthetic && (caller.IsAdmin || caller.BusinessesWith(OccasionsPermissions.Recipients).Contains(recipient.BusinessId));

    /// <summary>Those of the businesses where the caller holds the permission; administrators see all. Self-checks and real people never meet.</summary>
    internal static IQueryable<Recipient> VisibleTo(this IQueryable<Recipient> recipients, Caller caller, string permission = OccasionsPermissions.Recipients)
    {
        var mine = caller.BusinessesWith(permission);
        var same = recipients.Where(r => r.Synthetic == caller.Synthetic);
        return caller.IsAdmin ? same : same.Where(r => mine.Contains(r.BusinessId));
    }
}
