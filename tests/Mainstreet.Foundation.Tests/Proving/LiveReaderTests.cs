using System.Net;
using System.Text;

using Mainstreet.Foundation.Proving;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

[Trait("kind", "unit")]
public sealed class LiveReaderTests
{
    private readonly History _history = new();

    [Fact]
    public async Task It_resumes_after_a_break_with_the_last_id_it_kept()
    {
        var server = new Streams(
            State(0, true) + Event(1) + Event(2),
            State(2, true) + Event(3));
        var (events, losses) = await ReadAsync(server, 3);
        events.Select(e => e.Offset).ShouldBe([1, 2, 3]);
        events[2].Fact("ticketId").ShouldBe("t3");
        losses.ShouldBeEmpty();
        server.Resumed.Take(2).ShouldBe([null, "t=2"]);
    }

    [Fact]
    public async Task A_resume_that_the_server_cannot_honour_is_a_loss()
    {
        var (_, losses) = await ReadAsync(new Streams(State(0, true) + Event(1), State(9, false) + Event(10)), 2);
        losses.ShouldHaveSingleItem().ShouldContain("not recovered");
    }

    [Fact]
    public async Task A_first_stream_has_nothing_to_recover()
    {
        var (_, losses) = await ReadAsync(new Streams(State(5, false) + Event(6)), 1);
        losses.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_topic_that_is_taken_away_is_a_loss()
    {
        var (_, losses) = await ReadAsync(new Streams(State(0, true) + "event: unsubscribed\ndata: {\"topic\":\"t\",\"reason\":\"x\"}\n\n" + Event(1)), 1);
        losses.ShouldHaveSingleItem().ShouldContain("unsubscribed");
    }

    private static string State(int offset, bool recovered) =>
        $"retry: 1000\nid: t={offset}\nevent: state\ndata: {{\"t\":{{\"recovered\":{(recovered ? "true" : "false")},\"offset\":{offset}}}}}\n\n: still here\n\n";

    private static string Event(int offset) =>
        $"id: t={offset}\nevent: message\ndata: {{\"topic\":\"t\",\"offset\":{offset},\"type\":\"x\",\"at\":\"2026-01-01T00:00:00Z\",\"data\":{{\"ticketId\":\"t{offset}\"}}}}\n\n";

    private async Task<(IReadOnlyList<LiveEvent> Events, IReadOnlyList<string> Losses)> ReadAsync(Streams server, int expected)
    {
        var run = new ProofRun([new Uri("http://one.test")], 1, TimeProvider.System);
        using var client = new ProofClient(run, _history, server);
        var account = await SyntheticAccount.CreateAsync(client, "owner", "customer", TimeProvider.System, TestContext.Current.CancellationToken);
        await using var reader = await LiveReader.StartAsync(run, client, _history, account, ["t"], "reader", 0, null, TestContext.Current.CancellationToken);
        (await reader.WaitAsync(events => events.Count >= expected, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
        return (reader.Events(), reader.Losses());
    }

    /// <summary>Each connection gets the next stream, which then ends; after the last one streams stay silent.</summary>
    private sealed class Streams(params string[] streams) : HttpMessageHandler
    {
        private int _next;

        internal List<string?> Resumed { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath != "/v1/live/stream")
            {
                return Answer(HttpStatusCode.OK, "application/json", """{"accessToken":"a","refreshToken":"r","expiresIn":900,"account":{"id":"01900000-0000-7000-8000-000000000001"}}""");
            }

            if (_next >= streams.Length) return Answer(HttpStatusCode.ServiceUnavailable, "text/plain", "");
            Resumed.Add(request.Headers.TryGetValues("Last-Event-ID", out var ids) ? ids.Single() : null);
            return Answer(HttpStatusCode.OK, "text/event-stream", streams[_next++]);
        }

        private static Task<HttpResponseMessage> Answer(HttpStatusCode status, string type, string body) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });
    }
}
