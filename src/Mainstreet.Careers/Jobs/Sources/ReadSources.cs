using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs.Sources;

/// <summary>How the last reading of a board went.</summary>
internal sealed class SourceReadingRow
{
    public string Source { get; set; } = "";

    public string Board { get; set; } = "";

    public DateTimeOffset ReadAt { get; set; }

    public bool Complete { get; set; }

    public int Found { get; set; }

    public int? Expected { get; set; }

    public string? Problem { get; set; }
}

/// <summary>What a reading came to.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Board">Empty for a source without boards.</param>
/// <param name="ReadAt">Lately enough, when it was not read again.</param>
/// <param name="Complete">All postings were read.</param>
/// <param name="Found">How many.</param>
/// <param name="Expected">How many there should be; null when the source does not say.</param>
/// <param name="Created">New postings.</param>
/// <param name="Merged">Known from elsewhere.</param>
/// <param name="Updated">Changed.</param>
/// <param name="Closed">Gone from here and from everywhere.</param>
/// <param name="Skipped">Adverts that make no posting: without a title, say.</param>
/// <param name="Problem">Why it is not complete.</param>
public sealed record SourceReading(
    string Source, string Board, DateTimeOffset? ReadAt, bool Complete, int Found, int? Expected, int Created, int Merged, int Updated, int Closed, int Skipped, string? Problem);

/// <summary>
/// Reads boards one after the other and takes their postings in. A board that fails is reported and the others are read; only what a complete
/// reading did not find is gone.
/// </summary>
internal sealed partial class ReadSources(CareersDb db, PostingIntake intake, JobSources sources, IOptions<JobsOptions> options, TimeProvider clock, ILogger<ReadSources> log)
{
    /// <summary>A reading that went wrong is tried again sooner, but not at every search.</summary>
    private const int RetryMinutes = 5;

    /// <param name="names">Sources; null: all that can be read.</param>
    /// <param name="force">Also boards that were read lately.</param>
    /// <param name="actor">Who asks, for the audit trail.</param>
    /// <param name="progress">Called after each board with how many are done, of how many.</param>
    /// <param name="cancel">The caller's; what was taken in before stays.</param>
    internal async Task<IReadOnlyList<SourceReading>> RunAsync(IReadOnlyCollection<string>? names, bool force, Guid? actor, Func<int, int, Task>? progress, CancellationToken cancel)
    {
        var wanted = sources.All.Where(s => names is null ? s.Info.Reads : names.Contains(s.Info.Name)).ToList();
        var readings = wanted.Where(s => !s.Info.Reads).Select(s => new SourceReading(s.Info.Name, "", null, false, 0, null, 0, 0, 0, 0, 0, s.Info.Needs)).ToList();
        var boards = wanted.SelectMany(s => s.Boards.Select(b => (Source: s, Board: b))).ToList();
        var known = await db.SourceReadings.AsNoTracking().ToDictionaryAsync(r => (r.Source, r.Board), cancel);
        for (var i = 0; i < boards.Count; i++)
        {
            var (source, board) = boards[i];
            var fresh = known.TryGetValue((source.Info.Name, board.Key), out var last) && last.ReadAt > clock.Now().AddMinutes(-(last.Complete ? options.Value.FreshMinutes : Math.Min(RetryMinutes, options.Value.FreshMinutes)));
            readings.Add(fresh && !force
                ? new SourceReading(last!.Source, last.Board, last.ReadAt, last.Complete, last.Found, last.Expected, 0, 0, 0, 0, 0, last.Problem)
                : await ReadAsync(source, board, actor, cancel));
            if (progress is not null) await progress(i + 1, boards.Count);
        }

        return readings;
    }

    private async Task<SourceReading> ReadAsync(IJobSource source, JobBoard board, Guid? actor, CancellationToken cancel)
    {
        var began = clock.Now();
        var origin = new AdvertOrigin(source.Info.Name, board.Key, Synthetic: false, actor);
        var (tally, skipped) = (IntakeTally.None, 0);
        var reading = await source.ReadAsync(board, async page =>
        {
            foreach (var batch in page.Chunk(PostingIntake.BatchSize))
            {
                var drafts = batch.Select(raw => PostingNormaliser.Read(raw, began)).ToList();
                skipped += drafts.Count(d => !d.Ok);
                tally = tally.Plus(await intake.TakeAsync(origin, [.. drafts.Where(d => d.Ok).Select(d => d.Value!)], cancel));
            }
        }, cancel);
        var closed = reading.Complete ? await intake.CloseMissingAsync(origin, began, cancel) : 0;
        if (reading.Problem is { } problem) Log.Incomplete(log, source.Info.Name, board.Key, reading.Found, problem);
        await KeepAsync(source.Info.Name, board.Key, reading, cancel);
        return new SourceReading(
            source.Info.Name, board.Key, clock.Now(), reading.Complete, reading.Found, reading.Expected, tally.Created, tally.Merged, tally.Updated, closed, skipped, reading.Problem);
    }

    private Task KeepAsync(string source, string board, BoardReading reading, CancellationToken cancel) => db.InTransactionAsync(async token =>
    {
        var row = await db.SourceReadings.SingleOrDefaultAsync(r => r.Source == source && r.Board == board, token);
        if (row is null) db.SourceReadings.Add(row = new SourceReadingRow { Source = source, Board = board });
        (row.ReadAt, row.Complete, row.Found, row.Expected, row.Problem) = (clock.Now(), reading.Complete, reading.Found, reading.Expected, reading.Problem);
        await db.SaveChangesAsync(token);
        db.ChangeTracker.Clear();
    }, cancel);

    private static partial class Log
    {
        [LoggerMessage(5021, LogLevel.Warning, "Reading {Source}/{Board} is incomplete after {Found} postings: {Problem}")]
        internal static partial void Incomplete(ILogger log, string source, string board, int found, string problem);
    }
}
