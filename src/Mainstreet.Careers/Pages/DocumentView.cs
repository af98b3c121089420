using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Tailoring;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Pages;

/// <summary>One block of a document beside what it was.</summary>
/// <param name="Before">In the whole profile's résumé; null: it was not there.</param>
/// <param name="After">As it was tailored; null: it was left out.</param>
/// <param name="Reverted">The person took the change back.</param>
/// <param name="Gone">The profile does not support it any more: it goes nowhere.</param>
/// <param name="Facts">What it rests on, as far as the profile still has it.</param>
/// <param name="FactCount">How many facts it cites.</param>
internal sealed record BlockLine(
    string Id, string Section, BlockChange Change, string? Before, string? After, bool Reverted, bool Gone, IReadOnlyList<Fact> Facts, int FactCount);

/// <summary>A document as its page shows it.</summary>
/// <param name="Answer">As the API answers it.</param>
/// <param name="Parts">Its blocks by section, in order.</param>
/// <param name="Facts">Of the profile as it is now, by id.</param>
internal sealed record DocumentView(
    StoredDocument Stored, DocumentRoutes.Response Answer, IReadOnlyList<(string Section, IReadOnlyList<BlockLine> Blocks)> Parts, IReadOnlyDictionary<string, Fact> Facts)
{
    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        ["name"] = "Name and contact", ["summary"] = "Summary", ["skills"] = "Skills", ["work"] = "Experience", ["education"] = "Education", ["certificates"] = "Certificates",
        ["projects"] = "Projects", ["languages"] = "Languages", ["more"] = "More", ["greeting"] = "Greeting", ["hook"] = "Opening", ["proof"] = "Proofs", ["gap"] = "What is missing", ["close"] = "Close",
    };

    internal static string TitleOf(string section) => Titles.GetValueOrDefault(section, section);

    /// <summary>Changes that are accepted as they were written.</summary>
    internal int Accepted => Parts.Sum(p => p.Blocks.Count(b => b.Change != BlockChange.Same && !b.Reverted));

    internal int Changes => Parts.Sum(p => p.Blocks.Count(b => b.Change != BlockChange.Same));

    internal static async Task<DocumentView?> ReadAsync(Guid id, Guid account, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (await db.Documents.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.AccountId == account, cancel) is not { } stored) return null;
        var answer = await DocumentRoutes.ViewAsync(stored, db, clock, cancel);
        var profile = await db.Profiles.AsNoTracking().Where(p => p.AccountId == account).Select(p => p.Document).SingleOrDefaultAsync(cancel);
        var facts = (profile is null ? [] : FactReader.Read(profile)).ToDictionary(f => f.Id, StringComparer.Ordinal);

        var (before, after, reverted) = (stored.Base, stored.Tailored, stored.TakenBack);
        var blocks = before.Blocks.Concat(after.Blocks).GroupBy(b => b.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        var chosen = DocumentDiff.Revert(before, after, reverted).Blocks.Select(b => b.Id).ToHashSet(StringComparer.Ordinal);
        var kept = answer.Blocks.Select(b => b.Id).ToHashSet(StringComparer.Ordinal);
        var lines = DocumentDiff.Between(before, after).Select(d => new BlockLine(
            d.BlockId, blocks[d.BlockId].Section, d.Change, d.Before, d.After, reverted.Contains(d.BlockId), chosen.Contains(d.BlockId) && !kept.Contains(d.BlockId),
            [.. blocks[d.BlockId].FactIds.Where(facts.ContainsKey).Select(f => facts[f])], blocks[d.BlockId].FactIds.Count));
        return new DocumentView(stored, answer, [.. lines.GroupBy(l => l.Section).Select(g => (g.Key, (IReadOnlyList<BlockLine>)[.. g]))], facts);
    }

    /// <summary>Where a fact belongs: title, employer and dates, as far as it has them.</summary>
    internal static string OriginOf(Fact fact)
    {
        var dates = fact.From is null ? fact.To?.ToString() : fact.To is null ? $"since {fact.From}" : $"{fact.From} to {fact.To}";
        return string.Join(", ", new[] { fact.Title, fact.Employer, dates }.Where(t => !string.IsNullOrEmpty(t) && t != fact.Text));
    }
}
