using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Outbound;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Http;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

/// <summary>What each answer, and each way of not answering, of a real HTTP server comes to.</summary>
[Trait("kind", "unit")]
public sealed class WebhookProviderTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory]
    [InlineData(200, SendOutcome.Accepted)]
    [InlineData(202, SendOutcome.Accepted)]
    [InlineData(204, SendOutcome.Accepted)]
    [InlineData(302, SendOutcome.Rejected)]
    [InlineData(308, SendOutcome.Rejected)]
    [InlineData(400, SendOutcome.Rejected)]
    [InlineData(401, SendOutcome.Rejected)]
    [InlineData(404, SendOutcome.Rejected)]
    [InlineData(409, SendOutcome.Rejected)]
    [InlineData(422, SendOutcome.Rejected)]
    [InlineData(408, SendOutcome.Retry)]
    [InlineData(425, SendOutcome.Retry)]
    [InlineData(429, SendOutcome.Retry)]
    [InlineData(503, SendOutcome.Retry)]
    [InlineData(500, SendOutcome.Unknown)]
    [InlineData(502, SendOutcome.Unknown)]
    [InlineData(504, SendOutcome.Unknown)]
    [InlineData(599, SendOutcome.Unknown)]
    public async Task A_status_decides(int status, SendOutcome outcome)
    {
        await using var partner = await Partner.StartAsync(status, null, ("Location", "http://127.0.0.1:1/"));
        using var senders = new Senders(new ProviderOptions { Url = partner.Url + "hook" });
        var result = await senders.SendAsync();
        result.Outcome.ShouldBe(outcome, result.Error);
        result.StatusCode.ShouldBe(status);
        (result.Error is null).ShouldBe(outcome == SendOutcome.Accepted);
        partner.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_is_being_worked_on_is_tried_later_without_closing_the_provider()
    {
        await using var partner = await Partner.StartAsync(409, """{"code":"in_progress"}""", ("Retry-After", "7"));
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString() });
        var result = await senders.SendAsync();
        result.Outcome.ShouldBe(SendOutcome.Retry);
        result.Error.ShouldBe("answered 409 (code in_progress)");
        result.NotBefore!.Value.ShouldBe(DateTimeOffset.UtcNow.AddSeconds(7), TimeSpan.FromSeconds(2));
        senders.First.ClosedUntil.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"id":"m-1","messageId":"m-2"}""", "m-1")]
    [InlineData("""{"nested":{"id":"no"},"list":[{"id":"no"}],"messageId":"m-2"}""", "m-2")]
    [InlineData("""{"sid":"SM1"}""", "SM1")]
    [InlineData("""{"id":4711}""", "4711")]
    [InlineData("""{"id":"m-1","cut":"off""", "m-1")]
    [InlineData("""{"id":"m-1", not json""", "m-1")]
    [InlineData("""{"id":"line\nbreak"}""", null)]
    [InlineData("""{"id":null}""", null)]
    [InlineData("""{"id":"\ud800"}""", null)]
    [InlineData("""["id"]""", null)]
    [InlineData("ok", null)]
    public async Task The_reference_comes_from_the_answer(string body, string? reference)
    {
        await using var partner = await Partner.StartAsync(200, body);
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString() });
        (await senders.SendAsync()).ShouldBe(new SendResult(SendOutcome.Accepted, 200, reference));
    }

    [Fact]
    public async Task What_is_posted_is_JSON_with_the_key_and_a_signature_of_each_live_secret()
    {
        await using var partner = await Partner.StartAsync(200);
        using var senders = new Senders(new ProviderOptions { Url = partner.Url + "hook?x=1", Secret = Key, PreviousSecret = "the secret before", Token = "tok" });
        var at = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
        await senders.SendAsync(new OutboundMessage("ms-a", "x@example.com", "Grüße \"1\"\r\n", "𝄞 \ud800 Ümläut", new Dictionary<string, object?>
        {
            ["occasion"] = "birthday", ["localYear"] = 2026, ["dueAt"] = at, ["synthetic"] = true, ["nothing"] = null, ["text"] = "not this one", ["list"] = new[] { 1, 2 },
        }));
        partner.Requests.TryDequeue(out var asked).ShouldBeTrue();
        asked!.Path.ShouldBe("/hook?x=1");
        asked.Headers["Idempotency-Key"].ToString().ShouldBe("ms-a");
        asked.Headers.Authorization.ToString().ShouldBe("Bearer tok");
        asked.Headers.ContentType.ToString().ShouldBe("application/json");
        asked.Headers.ContainsKey("traceparent").ShouldBeFalse();
        using var json = JsonDocument.Parse(asked.Body);
        json.RootElement.EnumerateObject().Select(p => $"{p.Name}={p.Value}").ShouldBe(
        [
            "idempotencyKey=ms-a", "to=x@example.com", "subject=Grüße \"1\"\r\n", "text=𝄞 \ufffd Ümläut", "occasion=birthday", "localYear=2026",
            "dueAt=2026-03-01T09:00:00Z", "synthetic=True", "nothing=", "list=[1,2]",
        ]);
        foreach (var secret in new[] { Key, "the secret before" })
        {
            WebhookSignature.TryKey(secret, out var key).ShouldBeTrue();
            WebhookSignature.Verify([key], asked.Headers["webhook-id"], asked.Headers["webhook-timestamp"], asked.Headers["webhook-signature"], asked.Body, DateTimeOffset.UtcNow)
                .ShouldBe(SignatureVerdict.Valid);
        }

        senders.First.CheckReceipt(asked.Headers, asked.Body).ShouldBe(ReceiptCheck.Valid);
        senders.First.CheckReceipt(asked.Headers, asked.Body.Reverse().ToArray()).ShouldBe(ReceiptCheck.Invalid);
        senders.First.CheckReceipt(new HeaderDictionary(), asked.Body).ShouldBe(ReceiptCheck.Invalid);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_signed_and_no_receipt_believed()
    {
        await using var partner = await Partner.StartAsync(200);
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString() });
        await senders.SendAsync();
        partner.Requests.TryDequeue(out var asked).ShouldBeTrue();
        asked!.Headers.Keys.ShouldNotContain(k => k.StartsWith("webhook", StringComparison.OrdinalIgnoreCase));
        senders.First.CheckReceipt(asked.Headers, asked.Body).ShouldBe(ReceiptCheck.NotConfigured);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("ä")]
    public async Task A_key_that_could_break_a_header_is_a_bug_of_the_caller(string key)
    {
        using var senders = new Senders(new ProviderOptions { Url = "http://127.0.0.1:1" });
        await Should.ThrowAsync<ArgumentException>(() => senders.SendAsync(Senders.Message(key)));
    }

    [Fact]
    public async Task A_refused_connection_and_an_unknown_host_can_be_tried_again()
    {
        using var refused = new Senders(new ProviderOptions { Url = $"http://127.0.0.1:{ClosedPort.Number}" });
        var result = await refused.SendAsync();
        result.Outcome.ShouldBe(SendOutcome.Retry);
        result.Error.ShouldBe("cannot connect (ConnectionRefused)");
        using var unknown = new Senders(new ProviderOptions { Url = "http://no-such-host.invalid" });
        (await unknown.SendAsync()).Outcome.ShouldBe(SendOutcome.Retry);
    }

    [Fact]
    public async Task A_failed_TLS_handshake_can_be_tried_again()
    {
        await using var plain = await Partner.StartAsync(200);
        using var senders = new Senders(new ProviderOptions { Url = $"https://127.0.0.1:{plain.Url.Port}" });
        var result = await senders.SendAsync();
        result.ShouldBe(new SendResult(SendOutcome.Retry, Error: "the TLS handshake failed"));
        plain.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_answer_in_time_is_unknown()
    {
        var never = new TaskCompletionSource();
        await using var partner = await Partner.StartAsync(_ => never.Task);
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString(), TimeoutSeconds = 1 });
        var result = await senders.SendAsync();
        result.ShouldBe(new SendResult(SendOutcome.Unknown, Error: "no answer within 1 s"));
        never.SetResult();
    }

    [Fact]
    public async Task A_connection_lost_after_the_body_left_is_unknown()
    {
        await using var partner = await Partner.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString() });
        for (var i = 1; i <= 3; i++)
        {
            (await senders.SendAsync(Senders.Message($"k{i}"))).Outcome.ShouldBe(SendOutcome.Unknown);
            partner.Requests.Count.ShouldBe(i, "a POST is never repeated behind our back");
        }
    }

    [Fact]
    public async Task An_answer_that_is_not_HTTP_is_unknown_and_headers_without_end_too()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var senders = new Senders(new ProviderOptions { Url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" });
        foreach (var answer in new[] { "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000) })
        {
            var sending = senders.SendAsync();
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadExactlyAsync(new byte[50]);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
            (await sending).Outcome.ShouldBe(SendOutcome.Unknown);
        }
    }

    [Fact]
    public async Task An_endless_answer_is_read_no_further_than_64_kB_and_its_status_counts()
    {
        var written = 0L;
        await using var partner = await Partner.StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"id":"m-1","x":" """);
            var block = new byte[65_536];
            Array.Fill(block, (byte)'x');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block);
                Interlocked.Add(ref written, block.Length);
            }
        });
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString(), TimeoutSeconds = 60 });
        var took = Stopwatch.StartNew();
        (await senders.SendAsync()).ShouldBe(new SendResult(SendOutcome.Accepted, 200, "m-1"));
        took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task An_answer_whose_body_breaks_off_still_counts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var senders = new Senders(new ProviderOptions { Url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" });
        var sending = senders.SendAsync();
        using (var client = await listener.AcceptTcpClientAsync())
        {
            var request = new byte[4_096];
            var length = 0;
            while (request.AsSpan(0, length).IndexOf("birthday\"}"u8) < 0) length += await client.GetStream().ReadAsync(request.AsMemory(length));
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":\"m-1\","u8.ToArray());
        }

        (await sending).ShouldBe(new SendResult(SendOutcome.Accepted, 200, "m-1"));
    }

    [Fact]
    public async Task Cancelled_before_the_message_left_it_throws_and_after_it_is_unknown()
    {
        var asked = new TaskCompletionSource();
        await using var partner = await Partner.StartAsync(async context =>
        {
            asked.TrySetResult();
            await Task.Delay(-1, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString() });
        using var cancel = new CancellationTokenSource();
        var sending = senders.First.SendAsync(Senders.Message(), cancel.Token);
        await asked.Task;
        await cancel.CancelAsync();
        (await sending).ShouldBe(new SendResult(SendOutcome.Unknown, Error: "given up while waiting for the answer"));
        await Should.ThrowAsync<OperationCanceledException>(() => senders.First.SendAsync(Senders.Message(), cancel.Token));
        senders.Circuit.Calls.ShouldBe((0, 1), "the caller's haste says nothing against the provider");
    }

    [Fact]
    public async Task Neither_secrets_nor_message_nor_address_reach_errors_or_logs()
    {
        await using var partner = await Partner.StartAsync(500, """{"code":"token tok-secret for bob@example.com","id":1}""");
        using var senders = new Senders(new ProviderOptions
        {
            Url = partner.Url + "path-secret?key=query-secret", Secret = "signing-secret-1", Token = "tok-secret", Breaker = new() { MinimumCalls = 2, WindowSeconds = 60 },
        });
        var errors = new List<string?>();
        for (var i = 0; i < 5; i++) errors.Add((await senders.SendAsync(Senders.Message(to: "bob@example.com", text: "body-secret"))).Error);
        var all = string.Join('\n', senders.Log.Lines) + string.Join('\n', errors);
        senders.Log.Lines.ShouldContain(l => l.Id == 1400);
        foreach (var word in new[] { "secret", "bob", "Happy" }) all.ShouldNotContain(word);
    }
}
