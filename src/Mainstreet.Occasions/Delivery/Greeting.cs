using Mainstreet.Foundation.Outbound;

namespace Mainstreet.Occasions.Delivery;

/// <summary>What one message says, and the form in which each channel takes it.</summary>
internal sealed class Greeting(ClaimedMessage message, Addressee to, string language, string subject, string body)
{
    /// <summary>A webhook gets the facts besides; e-mail and SMS get the text at an address.</summary>
    internal OutboundMessage For(Route route) => route.Channel == "webhook"
        ? new OutboundMessage(message.Key, null, subject, body, Fields())
        : new OutboundMessage(message.Key, route.Address, subject, body);

    private Dictionary<string, object?> Fields() => new(12, StringComparer.Ordinal)
    {
        ["messageId"] = message.Id,
        ["recipientId"] = message.RecipientId,
        ["businessId"] = message.BusinessId,
        ["occasion"] = message.Occasion == Occasion.Birthday ? "birthday" : "anniversary",
        ["localYear"] = message.LocalYear,
        ["localDate"] = message.LocalDate,
        ["dueAt"] = message.DueAt,
        ["firstName"] = to.FirstName,
        ["lastName"] = to.LastName,
        ["email"] = to.Email,
        ["phone"] = to.Phone,
        ["language"] = language,
    };
}
