using Mainstreet.Foundation.Events;

namespace Mainstreet.Contracts;

/// <summary>A job of Trades is done and costs its tenant something. Published once a ticket, with its completion.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Number">Its number, as people say it.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="BusinessId">Whose ticket it is, and who is paid.</param>
/// <param name="TenantId">The account that reported it, and pays.</param>
/// <param name="Amount">The whole price in minor units of <paramref name="Currency"/>, tax included; above 0.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Synthetic">Made by <c>mainstreet prove</c>.</param>
[EventName("trades.job.priced")]
public sealed record JobPriced(Guid TicketId, long Number, string Title, Guid BusinessId, Guid TenantId, long Amount, string Currency, bool Synthetic);
