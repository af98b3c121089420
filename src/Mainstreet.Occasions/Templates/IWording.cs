namespace Mainstreet.Occasions.Templates;

/// <summary>The words for a greeting.</summary>
internal interface IWording
{
    /// <summary>
    /// The words of a business for an occasion in the nearest language there is: the language asked for and its parents
    /// (<c>de-AT</c>, <c>de</c>), then the business's, then English; in each the business's own words before the built-in ones. From
    /// memory when they were read within two seconds, so it may be asked for every message.
    /// </summary>
    /// <param name="businessId">Whose words.</param>
    /// <param name="occasion">What is celebrated.</param>
    /// <param name="language">Language tag of the recipient; empty for the business's.</param>
    /// <param name="cancel">Ends the wait.</param>
    Task<Wording> ForAsync(Guid businessId, Occasion occasion, string language, CancellationToken cancel);
}

/// <summary>Compiled words of one business in one language. For concurrent use.</summary>
internal sealed class Wording
{
    private readonly GreetingTemplate _template;
    private readonly GreetingTemplate _fallback;
    private readonly string _businessName;

    internal Wording(GreetingTemplate template, GreetingTemplate fallback, string language, int version, DateTimeOffset? updatedAt, string businessName) =>
        (_template, _fallback, Language, Version, UpdatedAt, _businessName) = (template, fallback, language, version, updatedAt, businessName);

    /// <summary>Language of the words, lower case.</summary>
    internal string Language { get; }

    /// <summary>Of the business's template; 0 for the built-in words.</summary>
    internal int Version { get; }

    /// <summary>Null for the built-in words.</summary>
    internal DateTimeOffset? UpdatedAt { get; }

    internal string BusinessName => _businessName;

    /// <summary>Subject (one line, never empty) and body (plain text).</summary>
    internal (string Subject, string Body) Render(GreetingFacts facts)
    {
        var variables = GreetingVariables.Of(facts, Language, _businessName);
        var (subject, body) = _template.Render(variables);
        if (subject.Length > 0 && body.Length > 0) return (subject, body);
        // Conditions can leave nothing over.
        var plain = _fallback.Render(variables);
        return (subject.Length > 0 ? subject : plain.Subject, body.Length > 0 ? body : plain.Body);
    }
}
