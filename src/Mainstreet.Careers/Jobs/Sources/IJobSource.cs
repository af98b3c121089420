using Mainstreet.Careers.Jobs.Reading;

namespace Mainstreet.Careers.Jobs.Sources;

/// <summary>What a source can do, said as it is.</summary>
/// <param name="Name">In requests and in the facet: <c>greenhouse</c>.</param>
/// <param name="Title">For people.</param>
/// <param name="Reads">Whether this program can read it.</param>
/// <param name="Boards">It is read company by company; boards are the operator's setting.</param>
/// <param name="Descriptions">It gives whole texts.</param>
/// <param name="Pay">It says what is paid, where the company does.</param>
/// <param name="Total">It says how many postings there are, so that a reading that lost some is found out.</param>
/// <param name="Applies">One can apply there through this program; else its page is opened.</param>
/// <param name="Needs">What is missing for it to be read; null when nothing is.</param>
internal sealed record SourceInfo(string Name, string Title, bool Reads, bool Boards, bool Descriptions, bool Pay, bool Total, bool Applies, string? Needs);

/// <summary>A company's board at a source.</summary>
/// <param name="Key">As in its address.</param>
/// <param name="Company">What the company is called where the source does not say.</param>
internal sealed record JobBoard(string Key, string Company);

/// <summary>How reading one board went.</summary>
/// <param name="Found">Postings read.</param>
/// <param name="Expected">How many there should be; null when the source does not say.</param>
/// <param name="Complete">All of them were read.</param>
/// <param name="Problem">Why not, one sentence.</param>
internal sealed record BoardReading(int Found, int? Expected, bool Complete, string? Problem);

/// <summary>Somewhere postings come from. It fails alone: what stops one source stops no other.</summary>
internal interface IJobSource
{
    SourceInfo Info { get; }

    /// <summary>As configured; empty for a source that cannot be read.</summary>
    IReadOnlyList<JobBoard> Boards { get; }

    /// <summary>Reads one board, page by page.</summary>
    /// <param name="board">One of <see cref="Boards"/>.</param>
    /// <param name="take">Called for each page with at least one posting.</param>
    /// <param name="cancel">The caller's.</param>
    Task<BoardReading> ReadAsync(JobBoard board, Func<IReadOnlyList<RawPosting>, Task> take, CancellationToken cancel);
}

/// <summary>A source that gives its postings to partners only. It is listed so that nobody has to guess; it is not scraped.</summary>
internal sealed class PartnerSource(string name, string title) : IJobSource
{
    public SourceInfo Info { get; } = new(name, title, Reads: false, Boards: false, Descriptions: false, Pay: false, Total: false, Applies: false,
        $"{title} needs a partner key: it gives postings to companies that it has a contract with, and this program has none.");

    public IReadOnlyList<JobBoard> Boards => [];

    public Task<BoardReading> ReadAsync(JobBoard board, Func<IReadOnlyList<RawPosting>, Task> take, CancellationToken cancel) =>
        Task.FromResult(new BoardReading(0, null, false, Info.Needs));
}
