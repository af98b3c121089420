namespace Mainstreet.Careers.Profiles;

/// <param name="Name">A few words.</param>
/// <param name="Hint">What to do about it.</param>
internal sealed record CompletenessStep(string Name, bool Done, string Hint);

/// <summary>How much of what a résumé is written from a profile has. A guide for its owner; nothing is decided by it.</summary>
internal sealed record ProfileCompleteness(IReadOnlyList<CompletenessStep> Steps)
{
    private const int EnoughSkills = 5;

    private const int EnoughHighlights = 2;

    /// <summary>Whole percent of the steps, rounded down: 100 only when all are done.</summary>
    internal int Percent => Steps.Count(s => s.Done) * 100 / Steps.Count;

    internal IEnumerable<CompletenessStep> Missing => Steps.Where(s => !s.Done);

    /// <param name="facts">Of the profile; none without one.</param>
    /// <param name="published">Whether it is on the web.</param>
    internal static ProfileCompleteness Of(IReadOnlyList<Fact> facts, bool published)
    {
        var jobs = facts.Where(f => f.Kind == FactKind.Work).ToList();
        var newest = jobs.OrderByDescending(f => f.To is null).ThenByDescending(f => f.To ?? f.From ?? default).ThenByDescending(f => f.From ?? default).FirstOrDefault();
        return new ProfileCompleteness(
        [
            new("Name", Has(FactKind.Name), "Write your name."),
            new("Contact", Has(FactKind.Contact), "Add an e-mail address or a telephone number."),
            new("Headline and summary", Has(FactKind.Headline) && Has(FactKind.Summary), "Say in a line and in a few sentences what you do."),
            new("Work with dates", jobs.Exists(j => j.From is not null), "Add a job with the month in which it began; years of experience are counted from it."),
            new("What you did", newest is not null && facts.Count(f => f.Kind == FactKind.Highlight && f.ParentId == newest.Id) >= EnoughHighlights, $"Add {EnoughHighlights} or more highlights to your newest job; they are what résumés are written from."),
            new("Education or certificates", Has(FactKind.Education) || Has(FactKind.Certificate), "Add a school, a course of studies or a certificate."),
            new("Skills", facts.Count(f => f.Kind == FactKind.Skill) >= EnoughSkills, $"Name {EnoughSkills} or more skills."),
            new("Languages", Has(FactKind.Language), "Add the languages that you speak."),
            new("On the web", published, "Publish it as a CV, if you want to be found."),
        ]);

        bool Has(FactKind kind) => facts.Any(f => f.Kind == kind);
    }
}
