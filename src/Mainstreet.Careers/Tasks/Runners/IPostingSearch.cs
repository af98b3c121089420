namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>Asks sources of postings and keeps what they have; implemented beside the postings.</summary>
internal interface IPostingSearch
{
    /// <summary>May be run again for the same search: what is known already is found, not doubled.</summary>
    /// <param name="asked">What to look for.</param>
    /// <param name="progress">To be called between sources: done, in all, what it is at.</param>
    /// <param name="cancel">Ends the search.</param>
    Task<FoundPostings> SearchAsync(AskedPostings asked, Func<int, int?, string, Task> progress, CancellationToken cancel);
}

/// <param name="Query">Words.</param>
/// <param name="Sources">Names; null: all.</param>
internal sealed record AskedPostings(Guid AccountId, bool Synthetic, string Query, string? Location, bool? Remote, IReadOnlyDictionary<string, string>? Filters, IReadOnlyList<string>? Sources);

/// <param name="Postings">Best first, at most 200.</param>
internal sealed record FoundPostings(IReadOnlyList<FoundPosting> Postings, IReadOnlyList<AskedSource> Sources);

internal sealed record FoundPosting(Guid JobId, string Title, string? Company, string? Place);

/// <summary>What one source came to; one that refuses does not empty the others.</summary>
/// <param name="Complete">False when it has more than it gave, or refused.</param>
/// <param name="Expected">How many it said it has; null when it did not say.</param>
/// <param name="Problem">Why it is not complete, one sentence.</param>
internal sealed record AskedSource(string Name, bool Complete, int Found, int? Expected, string? Problem);
