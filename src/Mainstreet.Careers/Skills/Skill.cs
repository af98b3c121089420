namespace Mainstreet.Careers.Skills;

/// <summary>Something that people can do and postings ask for.</summary>
/// <param name="Id">Its name as a word for addresses; stable.</param>
/// <param name="Name">As it is shown.</param>
/// <param name="Family">Group and family, such as <c>tech/cloud</c>.</param>
internal sealed record Skill(string Id, string Name, string Family)
{
    public string Group => Family[..Family.IndexOf('/', StringComparison.Ordinal)];

    public bool Equals(Skill? other) => other is not null && other.Id == Id;

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A skill named in a text.</summary>
/// <param name="Skill">Which.</param>
/// <param name="Start">Where the name begins.</param>
/// <param name="Length">How long it is there.</param>
/// <param name="Negated">The text says that it is not needed, or not had.</param>
internal readonly record struct SkillSpan(Skill Skill, int Start, int Length, bool Negated)
{
    public int End => Start + Length;

    internal string Of(string text) => text.Substring(Start, Length);
}
