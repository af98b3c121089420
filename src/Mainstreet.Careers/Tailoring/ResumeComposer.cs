using System.Globalization;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>
/// Writes a résumé out of a profile's own words, without a model: it selects, orders and shortens, and invents nothing. Every job stays, so that
/// nobody's history gets holes. The same input gives the same document.
/// </summary>
internal sealed class ResumeComposer(SkillRecogniser recogniser, DateOnly today)
{
    private const int MostSkills = 20, BulletsOfRelevantJob = 5, BulletsOfOtherJob = 2, LongestBullet = 180;

    private readonly ClaimValidator _validator = new(recogniser, today);

    /// <summary>The whole profile in its own order: what a tailored résumé is compared with.</summary>
    internal CareerDocument Base(FactBook book) => Compose(book, null);

    /// <param name="book">The profile.</param>
    /// <param name="posting">What it is for.</param>
    /// <param name="analysis">How the profile fits it.</param>
    internal CareerDocument Tailor(FactBook book, PostingText posting, Analysis analysis) => Compose(book, new Relevance(posting, analysis, recogniser));

    private CareerDocument Compose(FactBook book, Relevance? relevance)
    {
        var facts = book.Facts;
        var blocks = new List<DocumentBlock>();
        foreach (var fact in facts.Where(fact => fact.Kind is FactKind.Name or FactKind.Headline or FactKind.Contact or FactKind.Place or FactKind.Link)) Add(book, blocks, "name", fact.Text, fact);
        if (relevance is not null && Experience(facts, relevance) is { } experience && _validator.Check(experience, book) is null) blocks.Add(experience);
        foreach (var fact in facts.Where(fact => fact.Kind == FactKind.Summary)) Add(book, blocks, "summary", Shorten(fact.Text, relevance is not null), fact);

        var skills = facts.Where(fact => fact.Kind == FactKind.Skill);
        if (relevance is not null) skills = skills.OrderByDescending(relevance.Of).Take(MostSkills);
        foreach (var fact in skills) Add(book, blocks, "skills", fact.Text, fact);

        foreach (var job in facts.Where(fact => fact.Kind is FactKind.Work or FactKind.Volunteer)) AddJob(book, blocks, job, relevance);
        AddRest(book, blocks, "projects", relevance, FactKind.Project);
        AddRest(book, blocks, "education", null, FactKind.Education, FactKind.Course);
        AddRest(book, blocks, "certificates", null, FactKind.Certificate);
        AddRest(book, blocks, "languages", null, FactKind.Language);
        AddRest(book, blocks, "more", relevance, FactKind.Award, FactKind.Publication, FactKind.Interest);
        return new CareerDocument(DocumentKind.Resume, blocks);
    }

    private void AddJob(FactBook book, List<DocumentBlock> blocks, Fact job, Relevance? relevance)
    {
        var heading = string.Join(", ", new[] { job.Title, job.Employer, Dates(job) }.Where(part => !string.IsNullOrWhiteSpace(part)));
        Add(book, blocks, "work", heading.Length > 0 ? heading : job.Text, job);
        var bullets = book.Facts.Where(fact => fact.ParentId == job.Id && fact.Kind is FactKind.Highlight or FactKind.WorkSummary && fact.ParentId == job.Id).ToList();
        if (relevance is not null)
        {
            var most = bullets.Exists(fact => relevance.IsAsked(fact)) || relevance.IsAsked(job) ? BulletsOfRelevantJob : BulletsOfOtherJob;
            bullets = [.. bullets.OrderByDescending(relevance.Of).Take(most)];
        }
        foreach (var fact in bullets) Add(book, blocks, "work", Shorten(fact.Text, relevance is not null), fact);
    }

    private void AddRest(FactBook book, List<DocumentBlock> blocks, string section, Relevance? relevance, params FactKind[] kinds)
    {
        var facts = book.Facts.Where(fact => kinds.Contains(fact.Kind));
        foreach (var fact in relevance is null ? facts : facts.OrderByDescending(relevance.Of))
        {
            var dates = Dates(fact);
            Add(book, blocks, section, dates is null || fact.Kind is FactKind.Course or FactKind.Interest ? fact.Text : $"{fact.Text}, {dates}", fact);
        }
    }

    // The rule for strangers' words holds for ours: what the validator does not see supported is replaced by the fact as it stands.
    private void Add(FactBook book, List<DocumentBlock> blocks, string section, string text, Fact fact)
    {
        if (string.IsNullOrWhiteSpace(fact.Text)) return;
        var block = DocumentBlock.Of(section, text, fact.Id);
        if (blocks.Exists(other => other.Id == block.Id)) return;
        blocks.Add(_validator.Check(block, book) is null ? block : block with { Text = fact.Text });
    }

    private DocumentBlock? Experience(IReadOnlyList<Fact> facts, Relevance relevance)
    {
        var work = facts.Where(fact => fact.Kind == FactKind.Work && fact.From is not null).ToList();
        if (work.OrderByDescending(fact => fact.To is null).ThenByDescending(fact => fact.To ?? fact.From).FirstOrDefault(fact => fact.Title is not null) is not { } latest) return null;
        foreach (var skill in relevance.MetSkills)
        {
            var shown = facts.Where(fact => fact.Path.StartsWith("$.work", StringComparison.Ordinal) && fact.From is not null
                && recogniser.Read(fact.Text).Exists(span => !span.Negated && recogniser.Taxonomy.Implies(span.Skill, skill))).ToList();
            var years = SkillYears.Months(shown.Select(fact => (fact.From, fact.To)), today) / 12;
            if (years >= 1) return DocumentBlock.Of("summary", ExperienceClaim.Write(latest.Title!, years, [skill.Name]), [latest.Id, .. shown.Select(fact => fact.Id).Where(id => id != latest.Id)]);
        }
        var all = SkillYears.Months(work.Select(fact => (fact.From, fact.To)), today) / 12;
        return all >= 1 ? DocumentBlock.Of("summary", ExperienceClaim.Write(latest.Title!, all, []), [latest.Id, .. work.Select(fact => fact.Id).Where(id => id != latest.Id)]) : null;
    }

    private string Shorten(string text, bool tailored)
    {
        if (!tailored || text.Length <= LongestBullet) return text;
        var end = 0;
        foreach (var statement in Statement.Split(text, recogniser, [], SkillSetting.Prose))
        {
            var next = statement.Start + statement.Text.Length;
            if (next > LongestBullet) break;
            end = next;
        }
        if (end < 40) return text;
        var cut = text[..end].TrimEnd(' ', ',', ';', '-', '–');
        foreach (var joint in new[] { " and", " while", " then" })
        {
            if (cut.EndsWith(joint, StringComparison.OrdinalIgnoreCase)) cut = cut[..^joint.Length].TrimEnd(' ', ',');
        }
        return cut.EndsWith('.') ? cut : cut + ".";
    }

    private static string? Dates(Fact fact)
    {
        if (fact.From is not { } from) return fact.To is { } only ? Date(only) : null;
        if (fact.To is { } to) return to == from ? Date(from) : $"{Date(from)} – {Date(to)}";
        return fact.Kind is FactKind.Work or FactKind.Volunteer ? $"{Date(from)} – present" : Date(from);
    }

    private static string Date(PartialDate date) =>
        date.Month is { } month ? $"{CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month)} {date.Year:0000}" : date.Year.ToString("0000", CultureInfo.InvariantCulture);
}
