using System.Text.RegularExpressions;

using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Tailoring;

namespace Mainstreet.Careers.Applications;

/// <summary>A posting as an application needs it.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Url">Where the posting, or better its form, is; null when unknown.</param>
/// <param name="Sources">Names of the sources that have it, such as <c>lever</c>.</param>
/// <param name="Closed">It is gone from every source, or past its day.</param>
internal sealed partial record ApplyTarget(PostingText Text, string? Url = null, IReadOnlyList<string>? Sources = null, bool Closed = false)
{
    /// <summary>The e-mail addresses that the posting itself names, at most five: mail goes to no other.</summary>
    internal IReadOnlyList<string> Addresses =>
        [.. Address().Matches(Text.Description).Select(m => m.Value.TrimEnd('.')).Distinct(StringComparer.OrdinalIgnoreCase).Take(5)];

    [GeneratedRegex(@"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,5}[A-Za-z]{2,24}(?![\w-])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}

/// <summary>Finds a posting to apply to.</summary>
internal interface IApplyTargets
{
    /// <summary>Null when there is none.</summary>
    Task<ApplyTarget?> FindAsync(Guid jobId, CancellationToken cancel);
}

/// <summary>Asks whoever knows postings; one that is known by its text only has no address but those in it.</summary>
internal sealed class ApplyTargets(IEnumerable<IApplyTargets> targets, IEnumerable<IPostingTexts> postings)
{
    internal async Task<ApplyTarget?> FindAsync(Guid jobId, CancellationToken cancel)
    {
        foreach (var source in targets)
        {
            if (await source.FindAsync(jobId, cancel) is { } found) return found;
        }

        return await WriteDocument.FindPostingAsync(postings, jobId, cancel) is { } text ? new ApplyTarget(text) : null;
    }
}
