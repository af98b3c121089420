using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Occasions.Recipients;

/// <summary>The recipient that a shopper of the business became by consent.</summary>
internal sealed class ShopperRecipient
{
    public required Guid BusinessId { get; init; }

    public required Guid CustomerId { get; init; }

    /// <summary>The recipient may be gone: the business can delete it, until the shopper says something again.</summary>
    public required Guid RecipientId { get; set; }
}

/// <summary>
/// A shopper who gave a birthday and agreed is greeted as any recipient is; one who withdrew is removed with what was planned. Somebody whom the
/// business has on its list already, under the same e-mail, stays as the business wrote them: nobody is greeted twice.
/// </summary>
internal sealed partial class ShopperRecipients(
    OccasionsDb db, OccasionClock clock, IPlanTable plan, IReplanner planner, ILogger<ShopperRecipients> log) : IEventHandler<ShopperBirthday>
{
    public ModuleDb Db => db;

    public async Task HandleAsync(ShopperBirthday @event, Guid eventId, CancellationToken cancel)
    {
        // The planner's lock before the row, as the planner itself takes them.
        await plan.LockAsync(db, exclusive: false, cancel);
        var shopper = await db.Shoppers.SingleOrDefaultAsync(s => s.BusinessId == @event.BusinessId && s.CustomerId == @event.CustomerId, cancel);
        var recipient = shopper is null ? null : await db.HoldRecipientAsync(shopper.RecipientId, cancel);
        if (@event.Consent) await GreetAsync(@event, shopper, recipient, cancel);
        else await ForgetAsync(shopper, recipient, @event.CustomerId, cancel);
        await db.SaveChangesAsync(cancel);
    }

    private async Task GreetAsync(ShopperBirthday said, ShopperRecipient? shopper, Recipient? recipient, CancellationToken cancel)
    {
        var now = clock.Now();
        var fields = RecipientFields.Read(
            new CreateRecipient.Request(said.FirstName ?? "", said.LastName ?? "", said.Email, said.Phone, said.Birthday, TimeZone: said.TimeZone, Language: said.Language),
            await CreateRecipient.DefaultTimeZoneAsync(db, said.BusinessId, cancel), now);
        if (!fields.Ok)
        {
            Log.Refused(log, said.BusinessId, string.Join(", ", fields.Problem.Errors?.Keys ?? []));
            return;
        }

        if (recipient is null)
        {
            if (await IsKnownAsync(said, cancel))
            {
                Log.Known(log, said.BusinessId);
                return;
            }

            recipient = new Recipient { Id = clock.NewId(), BusinessId = said.BusinessId, Synthetic = said.Synthetic, CreatedAt = now };
            db.Recipients.Add(recipient);
            if (shopper is null) db.Shoppers.Add(new ShopperRecipient { BusinessId = said.BusinessId, CustomerId = said.CustomerId, RecipientId = recipient.Id });
            else shopper.RecipientId = recipient.Id;
        }

        fields.Value.WriteTo(recipient, now);
        await db.SaveChangesAsync(cancel);
        await planner.ReplanAsync(db, recipient, cancel);
    }

    private async Task ForgetAsync(ShopperRecipient? shopper, Recipient? recipient, Guid customerId, CancellationToken cancel)
    {
        if (shopper is not null) db.Shoppers.Remove(shopper);
        if (recipient is null) return;
        await planner.CancelAllAsync(db, recipient.Id, cancel);
        db.Recipients.Remove(recipient);
        db.AuditFirst(new AuditEntry($"recipient:{recipient.Id}", customerId, "recipient.withdrew", Detail: new { recipient.BusinessId }));
    }

    private async Task<bool> IsKnownAsync(ShopperBirthday said, CancellationToken cancel)
    {
        if (said.Email?.Trim() is not { Length: > 0 } email) return false;
        var lower = email.ToLowerInvariant();
        return await db.Recipients.AnyAsync(r => r.BusinessId == said.BusinessId && r.BirthdayDay != null && (r.Email == email || r.Email == lower), cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(3070, LogLevel.Warning, "A shopper of business {BusinessId} did not become a recipient: {Fields}")]
        internal static partial void Refused(ILogger log, Guid businessId, string fields);

        [LoggerMessage(3071, LogLevel.Information, "A shopper of business {BusinessId} is among its recipients already")]
        internal static partial void Known(ILogger log, Guid businessId);
    }
}
