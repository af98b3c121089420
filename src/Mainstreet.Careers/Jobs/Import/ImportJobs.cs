using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs.Import;

/// <summary>
/// Takes postings from a file: CSV and NDJSON are streamed in batches of one transaction each; a JSON-LD document, or a saved page that has some, is
/// read whole. The same file again changes nothing. A bad row is told by its line, and the others go on. Errors: invalid_request,
/// unsupported_media_type, too_large, csv_*, json_broken, no_postings.
/// </summary>
internal static partial class ImportJobs
{
    internal const int MaxErrors = 10_000;

    /// <summary>Longest line of NDJSON and longest row of CSV.</summary>
    private const int MaxLineBytes = 1_048_576;

    private const string ByHand = "import";

    private static readonly CsvLimits Limits = new() { MaxFieldBytes = MaxLineBytes / 2, MaxRowBytes = MaxLineBytes };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    /// <summary>A row that was not taken: its line in the file, or the number of the posting in a page, and why.</summary>
    public sealed record RowError(long Line, string Error);

    /// <summary>What became of a file. At most 10,000 rejected rows are listed; <paramref name="RejectedCount"/> counts all.</summary>
    /// <param name="Accepted">Adverts taken: created, merged, updated and unchanged.</param>
    /// <param name="Created">New postings.</param>
    /// <param name="Merged">Adverts of postings that were known from elsewhere, or from another row.</param>
    public sealed record Response(long Accepted, long Created, long Merged, long Updated, long Unchanged, long RejectedCount, IReadOnlyList<RowError> Rejected);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/jobs/import", Handle)
        .WithName("careers.jobs.import").WithSummary("Import postings from CSV, NDJSON, JSON-LD or a saved page")
        .WithMetadata(new ImportSizeLimit())
        .Accepts<string>("text/csv", "application/x-ndjson", "application/ld+json", "text/html")
        .RequireAuthorization(CareersPermissions.ImportJobs)
        .ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);

    /// <param name="source">What the adverts' source is called, 1 to 40 of <c>a-z 0-9 -</c>; default <c>import</c>.</param>
    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, PostingIntake intake, Sources.JobSources sources, TimeProvider clock, IOptions<JobsOptions> options, IOptions<WebOptions> web, string? source = null, CancellationToken cancel = default)
    {
        if (source is not null && (!SourceName().IsMatch(source) || sources.Find(source) is not null))
            return Problem.Invalid("source", "must be 1 to 40 of a-z, 0-9 and '-', and not the name of a source that is read by itself").ToHttp();
        var run = new Run(intake, clock, new AdvertOrigin(source ?? ByHand, "", caller.Synthetic, caller.Id));
        var type = http.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        var most = type is "text/html" or "application/ld+json" or "application/json" ? options.Value.MaxPageBytes : web.Value.MaxImportBytes;
        if (http.Request.ContentLength > most) return TooLarge(most).ToHttp();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = most;
        var problem = type switch
        {
            "text/csv" or "application/csv" => await CsvAsync(http.Request.Body, run, cancel),
            "application/x-ndjson" or "application/jsonl" or "application/ndjson" => await NdjsonAsync(http.Request.Body, run, cancel),
            "application/ld+json" or "application/json" or "text/html" => await BoundedBody.ReadAsync(http.Request.Body, most, cancel) is { } body ? await PageAsync(body, type == "text/html", run, cancel) : TooLarge(most),
            _ => new Problem(415, "unsupported_media_type", "Send text/csv, application/x-ndjson, application/ld+json or text/html."),
        };
        return problem is null ? TypedResults.Ok(run.Answer()) : problem.ToHttp();
    }

    /// <summary>The demo's file goes the same way.</summary>
    internal static async Task<Problem?> CsvAsync(Stream body, Run run, CancellationToken cancel)
    {
        var rows = await CsvRows.OpenAsync(body, PostingRows.Needed, Limits, cancel);
        if (!rows.Ok) return rows.Problem;
        await foreach (var row in rows.Value.ReadAsync(cancel))
        {
            if (row.Error is { } broken) run.Reject(row.Line, broken.Message);
            else await run.AddAsync(row.Line, PostingRows.Of(row), cancel);
        }

        await run.FlushAsync(cancel);
        return null;
    }

    private static async Task<Problem?> NdjsonAsync(Stream body, Run run, CancellationToken cancel)
    {
        await foreach (var line in BoundedLines.ReadAsync(body, MaxLineBytes, cancel))
        {
            if (line.Bytes is not { } bytes)
            {
                run.Reject(line.Number, $"the line has more than {MaxLineBytes} bytes");
                continue;
            }

            if (line.Number == 1 && bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
            if (bytes.Span.TrimStart(" \t"u8).IsEmpty) continue;
            RawPosting? raw = null;
            try
            {
                using var json = JsonDocument.Parse(bytes, Strict);
                if (json.RootElement.ValueKind == JsonValueKind.Object) raw = PostingRows.Of(json.RootElement);
                else run.Reject(line.Number, "the line is not a JSON object");
            }
            catch (JsonException)
            {
                run.Reject(line.Number, "the line is not JSON, or is nested too deeply");
            }

            if (raw is not null) await run.AddAsync(line.Number, raw, cancel);
        }

        await run.FlushAsync(cancel);
        return null;
    }

    private static async Task<Problem?> PageAsync(byte[] body, bool isPage, Run run, CancellationToken cancel)
    {
        IReadOnlyList<RawPosting> postings;
        if (isPage)
        {
            postings = JsonLd.OfPage(Encoding.UTF8.GetString(body));
        }
        else
        {
            (postings, var understood) = JsonLd.OfDocument(body);
            if (!understood) return new Problem(400, "json_broken", "The document is not JSON, or is nested too deeply.");
        }

        if (postings.Count == 0) return new Problem(422, "no_postings", "The document holds no schema.org JobPosting in JSON-LD.");
        for (var i = 0; i < postings.Count; i++) await run.AddAsync(i + 1, postings[i], cancel);
        await run.FlushAsync(cancel);
        return null;
    }

    private static Problem TooLarge(long most) => new Problem(413, "too_large", "The file is too large.").With($"At most {most} bytes are read.");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex SourceName();

    /// <summary>The batches of one file and their tally.</summary>
    internal sealed class Run(PostingIntake intake, TimeProvider clock, AdvertOrigin origin)
    {
        private readonly List<PostingDraft> _batch = [];
        private readonly List<RowError> _errors = [];
        private readonly DateTimeOffset _began = clock.Now();
        private (long Created, long Merged, long Updated, long Unchanged, long Rejected) _tally;

        internal Response Answer() => new(
            _tally.Created + _tally.Merged + _tally.Updated + _tally.Unchanged, _tally.Created, _tally.Merged, _tally.Updated, _tally.Unchanged, _tally.Rejected, [.. _errors.OrderBy(e => e.Line)]);

        internal void Reject(long line, string error)
        {
            _tally.Rejected++;
            if (_errors.Count < MaxErrors) _errors.Add(new RowError(line, error));
        }

        internal async ValueTask AddAsync(long line, RawPosting raw, CancellationToken cancel)
        {
            var draft = PostingNormaliser.Read(raw, _began);
            if (!draft.Ok)
            {
                Reject(line, string.Join("; ", draft.Problem.Errors!.Select(e => $"{e.Key}: {e.Value[0]}")));
                return;
            }

            _batch.Add(draft.Value);
            if (_batch.Count == PostingIntake.BatchSize) await FlushAsync(cancel);
        }

        internal async Task FlushAsync(CancellationToken cancel)
        {
            var taken = await intake.TakeAsync(origin, _batch, cancel);
            _tally = (_tally.Created + taken.Created, _tally.Merged + taken.Merged, _tally.Updated + taken.Updated, _tally.Unchanged + taken.Unchanged + (_batch.Count - taken.All), _tally.Rejected);
            _batch.Clear();
        }
    }

    /// <summary>Lifts the server's limit on bodies; the import's own is checked against the options.</summary>
    private sealed class ImportSizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 10_737_418_240;
    }
}
