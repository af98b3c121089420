namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>A posting as it was understood; what is not known is null.</summary>
/// <param name="ExternalId">1 to 200 characters.</param>
/// <param name="Title">1 to 300 characters, one line.</param>
/// <param name="Company">At most 200 characters, one line.</param>
/// <param name="Places">The main one first; empty when unknown.</param>
/// <param name="PlaceText">As worded.</param>
/// <param name="Workplace">Null: unknown.</param>
/// <param name="Employment">Null: unknown.</param>
/// <param name="Seniority">What the title says.</param>
/// <param name="Pay">Only where amount, currency and period are all known.</param>
/// <param name="PayText">As worded.</param>
/// <param name="Description">Plain text, at most 50,000 characters.</param>
/// <param name="Url">http or https.</param>
/// <param name="ApplyUrl">http or https.</param>
/// <param name="PostedAt">Null: unknown.</param>
/// <param name="ValidUntil">Null: no end is known.</param>
/// <param name="SimHash">Of the description.</param>
/// <param name="Words">Of the description.</param>
/// <param name="ContentHash">SHA-256 over all of the above.</param>
internal sealed record PostingDraft(
    string ExternalId, string Title, string? Company, IReadOnlyList<Place> Places, string? PlaceText, Workplace? Workplace, Employment? Employment, Seniority? Seniority,
    Pay? Pay, string? PayText, string Description, string? Url, string? ApplyUrl, DateTimeOffset? PostedAt, DateTimeOffset? ValidUntil, long SimHash, int Words, string ContentHash);
