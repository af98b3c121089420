using System.Net;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Proof;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>Delivery as the outside sees it: over HTTP in, and over HTTP out to a provider.</summary>
[Trait("kind", "db")]
public sealed class DeliveryRoutesTests(DeliveryApps apps) : IClassFixture<DeliveryApps>
{
    [Theory, EachEngine]
    public async Task A_due_message_reaches_the_provider_once_and_tells_its_attempt(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var messages = await app.AddAsync(20);
        await app.EnqueueAsync();
        await app.UntilAsync(messages, MessageStatus.Sent);

        foreach (var message in messages)
        {
            var effect = app.EffectsOf(message).Single();
            (effect.RecipientId, effect.DueAt).ShouldBe((message.RecipientId, message.DueAt));
        }

        var view = await app.Owner.GetAsync($"/v1/messages/{messages[0].Id}");
        view.GetProperty("status").GetString().ShouldBe("sent");
        view.GetProperty("attempts").GetInt32().ShouldBe(1);
        view.GetProperty("provider").GetString().ShouldBe("webhook1");
        var attempt = view.GetProperty("history").EnumerateArray().Single();
        attempt.GetProperty("outcome").GetString().ShouldBe("accepted");
        attempt.GetProperty("reference").GetString().ShouldStartWith("pd_");
    }

    [Theory, EachEngine]
    public async Task A_message_that_nobody_sends_yet_is_cancelled_once(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var message = (await app.AddAsync(1, (_, m) => m.DueAt = m.DueAt.AddDays(1)))[0];
        var stranger = (await Shop.MakeAsync(app.Program)).Owner;

        (await stranger.SendAsync(HttpMethod.Post, $"/v1/messages/{message.Id}/cancel")).Status.ShouldBe(404);
        (await app.Owner.SendAsync(HttpMethod.Post, $"/v1/messages/{message.Id}/cancel", headers: ("If-Match", "\"old\""))).Status.ShouldBe(412);
        var done = await app.Owner.SendAsync(HttpMethod.Post, $"/v1/messages/{message.Id}/cancel");
        (done.Status, done.Body.GetProperty("status").GetString()).ShouldBe((200, "cancelled"));
        var again = await app.Owner.SendAsync(HttpMethod.Post, $"/v1/messages/{message.Id}/cancel");
        (again.Status, again.Code).ShouldBe((409, "wrong_status"));
        (await app.Owner.SendAsync(HttpMethod.Post, $"/v1/messages/{message.Id}/replay")).Status.ShouldBe(409);
        (await app.Shop.InDbAsync(db => db.Audit.Where(a => a.Stream == $"message:{message.Id}").Select(a => a.Action).ToListAsync())).ShouldBe(["message.cancelled"]);
    }

    [Theory, EachEngine]
    public async Task A_dead_message_replayed_by_many_at_once_is_sent_once(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        app.Double.Mood = new ProviderMood { Refused = 1 };
        var message = (await app.AddAsync(1))[0];
        await app.EnqueueAsync();
        await app.UntilAsync([message], MessageStatus.Dead);
        (await app.ReadAsync(message.Id)).LastError.ShouldBe("answered 400");
        app.Double.Mood = ProviderMood.Good;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.Owner.SendAsync(HttpMethod.Post, $"/v1/messages/{message.Id}/replay")));

        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Count(a => a.Status == 409 && a.Code == "wrong_status").ShouldBe(7);
        await app.UntilAsync([message], MessageStatus.Sent);
        app.EffectsOf(message).Count().ShouldBe(1);
        var row = await app.ReadAsync(message.Id);
        (row.Attempts, row.AttemptsBefore).ShouldBe((2, 1));
        (await app.Shop.InDbAsync(db => db.Audit.CountAsync(a => a.Stream == $"message:{message.Id}" && a.Action == "message.replayed"))).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Dead_messages_are_replayed_by_a_filter_and_only_those_of_the_own_business(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var dead = await app.AddAsync(5, (_, m) => (m.Status, m.Attempts, m.LocalYear) = (MessageStatus.Dead, 8, 2025));
        var others = await app.AddAsync(1, (_, m) => (m.Status, m.Occasion) = (MessageStatus.Dead, Occasion.Anniversary));
        var stranger = (await Shop.MakeAsync(app.Program)).Owner;

        (await ReplayAsync(stranger, new { filter = new { occasion = "birthday" } })).ShouldBe(0);
        (await ReplayAsync(app.Owner, new { filter = new { occasion = "birthday", dueFrom = dead[0].DueAt.AddMinutes(-1), recipientId = dead[0].RecipientId } })).ShouldBe(1);
        (await ReplayAsync(app.Owner, new { filter = new { occasion = "birthday" } })).ShouldBe(4);
        (await ReplayAsync(app.Owner, new { filter = new { occasion = "birthday" } })).ShouldBe(0);
        await app.UntilAsync(dead, MessageStatus.Sent);
        dead.ShouldAllBe(m => app.EffectsOf(m).Count() == 1);
        (await app.ReadAsync(others[0].Id)).Status.ShouldBe(MessageStatus.Dead);
        (await app.Owner.SendJsonAsync(HttpMethod.Post, "/v1/messages/replay", """{"filter":{"occasion":"christmas"}}""")).Status.ShouldBe(400);
        (await app.Owner.SendJsonAsync(HttpMethod.Post, "/v1/messages/replay", $$"""{"businessId":"{{Guid.NewGuid()}}"}""")).Status.ShouldBe(404);

        static async Task<int> ReplayAsync(TestUser user, object body) => (await user.PostAsync("/v1/messages/replay", body)).GetProperty("replayed").GetInt32();
    }

    [Theory, EachEngine]
    public async Task A_signed_report_is_noted_once_and_the_gravest_stays(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var message = (await app.AddAsync(1))[0];
        await app.EnqueueAsync();
        await app.UntilAsync([message], MessageStatus.Sent);
        var reference = (await app.ReadAsync(message.Id)).ProviderReference!;

        (await ReportAsync(app, new { @event = "complained", reference })).ShouldBe(HttpStatusCode.Accepted);
        (await ReportAsync(app, new { @event = "delivered", reference })).ShouldBe(HttpStatusCode.Accepted);
        (await ReportAsync(app, new { @event = "opened", reference })).ShouldBe(HttpStatusCode.Accepted);
        (await ReportAsync(app, new { @event = "delivered", reference = "never-heard-of" })).ShouldBe(HttpStatusCode.Accepted);
        (await ReportAsync(app, new { @event = "delivered", reference }, secret: "another-secret-012345")).ShouldBe(HttpStatusCode.Unauthorized);
        (await ReportAsync(app, new { nothing = 1 })).ShouldBe(HttpStatusCode.BadRequest);
        (await ReportAsync(app, "[]")).ShouldBe(HttpStatusCode.BadRequest);
        (await ReportAsync(app, new { @event = "delivered", reference }, provider: "unknown")).ShouldBe(HttpStatusCode.NotFound);

        var row = await app.ReadAsync(message.Id);
        (row.Receipt, row.Status).ShouldBe(("complained", MessageStatus.Sent));
        row.ReceiptAt.ShouldNotBeNull();
    }

    [Theory, EachEngine]
    public async Task A_report_that_overtakes_the_answer_is_found_by_its_key(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var message = (await app.AddAsync(1, (_, m) => (m.Status, m.WorkAt, m.InFlight) = (MessageStatus.Sending, m.SendBy, true)))[0];
        var key = Occasions.Delivery.ClaimedMessage.KeyOf(message.RecipientId, message.Occasion, message.LocalYear);

        (await ReportAsync(app, new { @event = "delivered", reference = "pd_x", idempotencyKey = key })).ShouldBe(HttpStatusCode.Accepted);

        (await app.ReadAsync(message.Id)).Receipt.ShouldBe("delivered");
    }

    [Theory, EachEngine]
    public async Task An_sms_that_bounced_suppresses_the_number_whoever_reports_it_twice(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var reference = $"SM{Guid.NewGuid():N}";
        var message = (await app.AddAsync(1, (r, m) => (r.Channels, m.Status, m.Provider, m.ProviderReference, m.Channel) = ("sms", MessageStatus.Sent, "sms1", reference, "sms")))[0];

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SmsReportAsync(app, reference, "undelivered")));
        answers.ShouldAllBe(a => a == HttpStatusCode.Accepted);
        (await SmsReportAsync(app, reference, "undelivered", token: "wrong-token-0123456789")).ShouldBe(HttpStatusCode.Unauthorized);

        (await app.ReadAsync(message.Id)).Receipt.ShouldBe("bounced");
        var suppressed = await app.Shop.InDbAsync(db => db.Suppressions.Where(s => s.BusinessId == app.Shop.BusinessId && s.Channel == "sms").ToListAsync());
        suppressed.Select(s => (s.Address, s.Reason)).ShouldBe([("+14155550123", "bounced")]);
        var next = await app.AddAsync(1, (r, _) => r.Channels = "sms");
        await app.EnqueueAsync();
        await app.UntilAsync(next, MessageStatus.Skipped);
        (await app.ReadAsync(next[0].Id)).LastError.ShouldBe("suppressed");
    }

    [Theory, EachEngine]
    public async Task Health_and_metrics_tell_of_delivery(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var messages = await app.AddAsync(3);
        await app.EnqueueAsync();
        await app.UntilAsync(messages, MessageStatus.Sent);

        var text = await app.Program.Http.GetStringAsync("/metrics");
        foreach (var name in new[] { "queue_messages_enqueued_total", "queue_messages_processed_total", "queue_messages_failed_total", "messages_sent_total", "messages_failed_total", "message_delivery_duration_seconds_count" })
            text.Split('\n').ShouldContain(l => l.Contains(name, StringComparison.Ordinal) && !l.StartsWith('#'), name);
        using var health = await app.Program.Http.GetAsync("/health");
        ((int)health.StatusCode).ShouldBe(200);
    }

    private static async Task<HttpStatusCode> ReportAsync(DeliveryApp app, object body, string secret = DeliveryApps.Secret, string provider = "webhook1")
    {
        var bytes = Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body));
        var (id, time) = ($"msg_{Guid.NewGuid():N}", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        WebhookSignature.TryKey(secret, out var key).ShouldBeTrue();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/providers/receipts/{provider}") { Content = Calls.Bytes(bytes, "application/json") };
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, id);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, time);
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Sign(key, [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. bytes]));
        using var answer = await app.Program.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> SmsReportAsync(DeliveryApp app, string reference, string status, string token = DeliveryApps.SmsToken)
    {
        var form = new Dictionary<string, string> { ["MessageSid"] = reference, ["MessageStatus"] = status, ["AccountSid"] = "AC0123456789" };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/providers/receipts/sms1") { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation(TwilioSignature.Header, TwilioSignature.Sign(token, DeliveryApps.ReceiptUrl, form));
        using var answer = await app.Program.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
