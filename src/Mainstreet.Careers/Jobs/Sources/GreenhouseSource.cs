using System.Net;
using System.Text.Json;

using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Outbound;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs.Sources;

/// <summary>Greenhouse's Job Board API: <c>GET /v1/boards/{token}/jobs?content=true</c>, a board in one answer with the number of its postings. No key.</summary>
internal sealed class GreenhouseSource([FromKeyedServices(GreenhouseSource.Section)] OutboundPipeline http, IOptions<JobsOptions> options) : IJobSource
{
    /// <summary>Settings and metrics of the calls.</summary>
    internal const string Section = "Careers:Greenhouse";

    public SourceInfo Info { get; } = new("greenhouse", "Greenhouse", Reads: true, Boards: true, Descriptions: true, Pay: false, Total: true, Applies: false, Needs: null);

    public IReadOnlyList<JobBoard> Boards { get; } = JobSources.BoardsOf(options.Value.GreenhouseBoards);

    public async Task<BoardReading> ReadAsync(JobBoard board, Func<IReadOnlyList<RawPosting>, Task> take, CancellationToken cancel)
    {
        var address = new Uri($"{options.Value.GreenhouseUrl.TrimEnd('/')}/v1/boards/{Uri.EscapeDataString(board.Key)}/jobs?content=true");
        var (json, problem) = await SourceCalls.GetAsync(http, address, cancel);
        if (json is null) return new BoardReading(0, null, false, problem);
        using (json)
        {
            if (json.RootElement.Member("jobs") is not { ValueKind: JsonValueKind.Array } jobs) return new BoardReading(0, null, false, "the answer lists no jobs");
            var postings = jobs.EnumerateArray().Select(job => Read(job, board)).OfType<RawPosting>().DistinctBy(p => p.Id, StringComparer.Ordinal).ToList();
            if (postings.Count > 0) await take(postings);
            var expected = (int?)json.RootElement.Member("meta")?.Number("total");
            return expected is { } total && postings.Count < total
                ? new BoardReading(postings.Count, total, false, $"{postings.Count} of {total} postings were in the answer")
                : new BoardReading(postings.Count, expected, true, null);
        }
    }

    private static RawPosting? Read(JsonElement job, JobBoard board) => job.Text("id") is not { } id ? null : new RawPosting
    {
        Id = id,
        Title = job.Text("title"),
        Company = job.Text("company_name") ?? board.Company,
        Place = job.Member("location")?.Text("name"),
        // HTML that is escaped once more.
        Description = WebUtility.HtmlDecode(job.Text("content")),
        Url = job.Text("absolute_url"),
        PostedAt = job.Text("first_published") ?? job.Text("updated_at"),
    };
}
