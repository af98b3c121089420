using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Compatibility;

internal enum RequirementKind
{
    Skill,
    Experience,
    Degree,
    Certificate,
    Language,
    Permit,
}

/// <summary>A stretch of a posting's description.</summary>
internal readonly record struct PostingSpan(int Start, int Length);

/// <summary>One thing that a posting asks for.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Text">The posting's own words: the sentence or bullet.</param>
/// <param name="Span">The words that ask for it. A requirement of the title has a span of length 0.</param>
/// <param name="Importance">How much it is wanted.</param>
/// <param name="AnyOf">Skills of which one is enough; empty for other kinds.</param>
/// <param name="Years">Years asked for, of the skill or in all; null when none are.</param>
/// <param name="Level">Degrees: see <see cref="Degrees"/>.</param>
/// <param name="Name">Certificates: the words that name it.</param>
internal sealed record Requirement(
    RequirementKind Kind, string Text, PostingSpan Span, Importance Importance, IReadOnlyList<Skill> AnyOf, int? Years = null, int Level = 0, string? Name = null)
{
    /// <summary>A short name: the skills, the years, the degree.</summary>
    internal string Label => Kind switch
    {
        RequirementKind.Experience => Years == 1 ? "1 year of experience" : $"{Years} years of experience",
        RequirementKind.Degree => Degrees.NameOf(Level),
        RequirementKind.Certificate => Name!,
        RequirementKind.Permit => "Right to work",
        _ => string.Join(" or ", AnyOf.Select(skill => skill.Name)),
    };
}

/// <summary>Levels of education: 1 school, 2 vocational or associate, 3 bachelor, 4 master, 5 doctor.</summary>
internal static class Degrees
{
    internal static string NameOf(int level) => level switch
    {
        5 => "Doctorate",
        4 => "Master's degree",
        3 => "Bachelor's degree",
        2 => "Diploma or vocational training",
        _ => "School leaving certificate",
    };

    /// <summary>The lowest and the highest level that a text names; null when it names none.</summary>
    internal static (int Lowest, int Highest, int Start, int Length)? In(string text)
    {
        int lowest = 9, highest = 0, start = -1, end = 0;
        foreach (var (pattern, level) in DegreeWords.All)
        {
            foreach (var match in pattern.EnumerateMatches(text))
            {
                if (level < lowest) lowest = level;
                if (level > highest) highest = level;
                if (start < 0 || match.Index < start) start = match.Index;
                end = Math.Max(end, match.Index + match.Length);
            }
        }
        return highest == 0 ? null : (lowest, highest, start, end - start);
    }
}
