using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Messages;

namespace Mainstreet.Occasions.Tests;

/// <summary>Messages as a planner would write them, far enough ahead that no worker touches them.</summary>
internal static class Plans
{
    internal static Message Message(Shop shop, Guid recipientId, int year, Occasion occasion = Occasion.Birthday, int hour = 14) => new()
    {
        Id = TimeProvider.System.NewId(), BusinessId = shop.BusinessId, RecipientId = recipientId, Occasion = occasion, LocalYear = year,
        LocalDate = $"{year}-05-17", TimeZone = "America/New_York", DueAt = new DateTimeOffset(year, 5, 17, hour, 0, 0, TimeSpan.Zero),
        SendBy = new DateTimeOffset(year, 5, 18, hour, 0, 0, TimeSpan.Zero), Status = MessageStatus.Scheduled, CreatedAt = TimeProvider.System.Now(),
    };
}
