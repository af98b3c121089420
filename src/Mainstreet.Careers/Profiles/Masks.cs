using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;

using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Profiles;

/// <summary>What one audience is shown of a CV.</summary>
/// <param name="Key">1 to 40 of a-z, 0-9 and dashes; in addresses.</param>
/// <param name="Label">What the audience is called on the page.</param>
/// <param name="Sections">Sections of JSON Resume that are shown; empty: all.</param>
/// <param name="Words">An entry is shown when it holds one of these words; empty: every entry.</param>
public sealed record Mask(
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,39}$")] string Key, [StringLength(80, MinimumLength = 1)] string Label, [MaxLength(20)] IReadOnlyList<string> Sections,
    [MaxLength(50)] IReadOnlyList<string> Words);

/// <summary>Filters a document by a mask. Nothing is changed but what is left out.</summary>
internal static class Masks
{
    internal static IReadOnlyList<Mask> Of(CandidateProfile profile) => JsonSerializer.Deserialize<List<Mask>>(profile.Masks, Json.Stored) ?? [];

    internal static string Write(IReadOnlyList<Mask> masks) => JsonSerializer.Serialize(masks, Json.Stored);

    internal static string Apply(string document, Mask mask)
    {
        if (JsonNode.Parse(document) is not JsonObject root) return document;
        foreach (var section in ResumeSchema.Sections)
        {
            if (root[section] is not JsonArray items) continue;
            if (mask.Sections.Count > 0 && !mask.Sections.Contains(section)) root.Remove(section);
            else if (mask.Words.Count > 0) foreach (var item in items.Where(i => !Holds(i, mask.Words)).ToList()) items.Remove(item);
        }

        return root.ToJsonString(Documents.Compact);
    }

    private static bool Holds(JsonNode? node, IReadOnlyList<string> words) => node switch
    {
        JsonObject item => item.Any(m => Holds(m.Value, words)),
        JsonArray items => items.Any(i => Holds(i, words)),
        JsonValue value when value.TryGetValue<string>(out var text) => words.Any(w => HoldsWord(text, w)),
        _ => false,
    };

    /// <summary>The word as a whole: "art" is not in "start".</summary>
    internal static bool HoldsWord(string text, string word)
    {
        for (var at = 0; word.Length > 0 && (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + word.Length == text.Length || !char.IsLetterOrDigit(text[at + word.Length]))) return true;
        }

        return false;
    }
}
