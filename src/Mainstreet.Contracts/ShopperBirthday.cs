using Mainstreet.Foundation.Events;

namespace Mainstreet.Contracts;

/// <summary>
/// A shopper told a business's shop their birthday and agreed to be greeted, changed what they said, or withdrew. Published by the Store under
/// <c>shopper:{customerId}</c>, so that one shopper's come in order; Occasions makes them a recipient.
/// </summary>
/// <param name="CustomerId">The account.</param>
/// <param name="BusinessId">The business that may greet.</param>
/// <param name="Consent">False: withdrawn; the rest is null then.</param>
/// <param name="Birthday"><c>YYYY-MM-DD</c>, or <c>--MM-DD</c> without the year.</param>
/// <param name="FirstName">1 to 200 characters.</param>
/// <param name="LastName">1 to 200 characters.</param>
/// <param name="Email">Only an address that is confirmed to be theirs.</param>
/// <param name="Phone">E.164.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Language">Language tag; null for the business's.</param>
/// <param name="Synthetic">Made by <c>mainstreet prove</c>.</param>
[EventName("store.shopper.birthday")]
public sealed record ShopperBirthday(
    Guid CustomerId, Guid BusinessId, bool Consent, string? Birthday, string? FirstName, string? LastName, string? Email, string? Phone,
    string? TimeZone, string? Language, bool Synthetic);
