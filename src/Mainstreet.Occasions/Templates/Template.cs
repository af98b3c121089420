namespace Mainstreet.Occasions.Templates;

/// <summary>The words of one occasion in one language. A business without one uses the built-in words.</summary>
internal sealed class Template
{
    public Guid BusinessId { get; set; }

    public Occasion Occasion { get; set; }

    /// <summary>BCP 47, lower case.</summary>
    public string Language { get; set; } = "";

    public string Subject { get; set; } = "";

    public string Body { get; set; } = "";

    public int Version { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
