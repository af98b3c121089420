namespace Mainstreet.Occasions.Settings;

/// <summary>An address to which a business sends nothing.</summary>
internal sealed class Suppression
{
    public Guid BusinessId { get; set; }

    /// <summary><c>email</c> or <c>sms</c>.</summary>
    public string Channel { get; set; } = "";

    /// <summary>E-mail in lower case, or E.164.</summary>
    public string Address { get; set; } = "";

    /// <summary><c>manual</c>, <c>bounced</c>, <c>complained</c>.</summary>
    public string Reason { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }
}
