namespace Mainstreet.Occasions.Templates;

/// <summary>Words for one occasion in one language.</summary>
/// <param name="Language">Language tag, lower case.</param>
/// <param name="BuiltIn">The business has none of its own here; <paramref name="Version"/> is 0 then.</param>
public sealed record TemplateView(
    Guid BusinessId, Occasion Occasion, string Language, string Subject, string Body, bool BuiltIn, int Version, DateTimeOffset? UpdatedAt)
{
    internal static TemplateView Of(Template t) => new(t.BusinessId, t.Occasion, t.Language, t.Subject, t.Body, false, t.Version, t.UpdatedAt);

    /// <summary>Null when there are no built-in words in exactly this language.</summary>
    internal static TemplateView? BuiltInOf(Guid businessId, Occasion occasion, string language) =>
        BuiltInWords.Find(occasion, language) is { } words ? new(businessId, occasion, language, words.Subject, words.Body, true, 0, null) : null;
}
