using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Import;

/// <summary>A row that was not taken: its line in the file (the header is line 1) and why.</summary>
public sealed record ImportError(long Line, string Error);

/// <summary>What became of an import. At most <see cref="CsvImport.MaxErrors"/> errors are listed; <paramref name="RejectedCount"/> counts all.</summary>
public sealed record ImportAnswer(long Accepted, long RejectedCount, IReadOnlyList<ImportError> Rejected);

/// <summary>Streams a CSV body into the database in batches, each one transaction; memory in use is one batch's.</summary>
internal static class CsvImport
{
    public const int MaxErrors = 10_000;

    private const int BatchSize = 200;

    internal static RouteHandlerBuilder TakesCsv(this RouteHandlerBuilder route) => route
        .WithMetadata(new ImportSizeLimit())
        .Accepts<string>("text/csv")
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415);

    /// <param name="http">The request whose body is read.</param>
    /// <param name="required">Columns that must be there.</param>
    /// <param name="read">Checks one row.</param>
    /// <param name="write">Adds and saves a batch inside a transaction; answers the rows it would not take.</param>
    /// <param name="db">The context that <paramref name="write"/> uses.</param>
    /// <param name="cancel">The caller went away: batches that were committed stay.</param>
    internal static async Task<Results<Ok<ImportAnswer>, ProblemHttpResult>> RunAsync<TRow>(
        HttpContext http, string[] required, Func<CsvRow, Outcome<TRow>> read,
        Func<IReadOnlyList<(long Line, TRow Value)>, CancellationToken, Task<List<ImportError>>> write, TradesDb db, CancellationToken cancel)
    {
        if (http.Request.ContentType?.Split(';')[0].Trim() is not ("text/csv" or "application/csv"))
            return new Problem(415, "unsupported_media_type", "Send the file as text/csv.").ToHttp();
        var limit = http.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value.MaxImportBytes;
        if (http.Request.ContentLength > limit) return new Problem(413, "too_large", "The file is too large.").ToHttp();
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;

        var rows = await CsvRows.OpenAsync(http.Request.Body, required, new CsvLimits(), cancel);
        if (!rows.Ok) return rows.Problem.ToHttp();
        var tally = new Tally();
        var batch = new List<(long, TRow)>(BatchSize);
        await foreach (var row in rows.Value.ReadAsync(cancel))
        {
            if (row.Error is { } broken)
            {
                tally.Reject(row.Line, broken.Message);
                continue;
            }

            var checkedRow = read(row);
            if (!checkedRow.Ok)
            {
                tally.Reject(row.Line, checkedRow.Problem.Detail ?? checkedRow.Problem.Title);
                continue;
            }

            batch.Add((row.Line, checkedRow.Value));
            if (batch.Count == BatchSize) await FlushAsync(batch, write, tally, db, cancel);
        }

        await FlushAsync(batch, write, tally, db, cancel);
        tally.Errors.Sort((a, b) => a.Line.CompareTo(b.Line));
        return TypedResults.Ok(new ImportAnswer(tally.Accepted, tally.Rejected, tally.Errors));
    }

    private static async Task FlushAsync<TRow>(
        List<(long Line, TRow Value)> batch, Func<IReadOnlyList<(long Line, TRow Value)>, CancellationToken, Task<List<ImportError>>> write,
        Tally tally, TradesDb db, CancellationToken cancel)
    {
        if (batch.Count == 0) return;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var rejected = await db.InTransactionAsync(token => write(batch, token), cancel);
                foreach (var error in rejected) tally.Reject(error.Line, error.Error);
                tally.Accepted += batch.Count - rejected.Count;
                break;
            }
            catch (DbUpdateException exception) when (attempt < 4 && Storage.IsUniqueViolation(exception))
            {
                // Another import brought the same row meanwhile; looked at again, it is known.
            }
            finally
            {
                db.ChangeTracker.Clear();
            }
        }

        batch.Clear();
    }

    private sealed class Tally
    {
        internal long Accepted { get; set; }

        internal long Rejected { get; private set; }

        internal List<ImportError> Errors { get; } = [];

        internal void Reject(long line, string error)
        {
            Rejected++;
            if (Errors.Count < MaxErrors) Errors.Add(new ImportError(line, error));
        }
    }

    /// <summary>Lifts the server's limit on bodies; the import's own is checked against the options.</summary>
    private sealed class ImportSizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 10_737_418_240;
    }
}
