using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>A message as the server tells of it.</summary>
internal sealed record ToldMessage(
    Guid Id, Guid RecipientId, int LocalYear, DateTimeOffset DueAt, string Status, string? Reason, int Attempts, bool Uncertain, string? LastError)
{
    internal string Key => string.Create(CultureInfo.InvariantCulture, $"ms-{RecipientId:N}-birthday-{LocalYear}");

    internal static ToldMessage Of(JsonElement m) => new(
        m.GetProperty("id").GetGuid(), m.GetProperty("recipientId").GetGuid(), m.GetProperty("localYear").GetInt32(), m.GetProperty("dueAt").GetDateTimeOffset(),
        m.GetProperty("status").GetString()!, m.GetProperty("reason").GetString(), m.GetProperty("attempts").GetInt32(), m.GetProperty("uncertain").GetBoolean(),
        m.GetProperty("lastError").GetString());
}

/// <summary>A synthetic business with its owner, its recipients and their messages.</summary>
internal sealed class ProofShop
{
    private const int Parallel = 8;

    private readonly ProofRun _run;
    private readonly ProofClient _client;
    private readonly List<Guid> _recipients = [];

    private ProofShop(ProofRun run, ProofClient client, SyntheticAccount owner, Guid id) => (_run, _client, Owner, Id) = (run, client, owner, id);

    internal SyntheticAccount Owner { get; }

    internal Guid Id { get; }

    internal IReadOnlyList<Guid> Recipients => _recipients;

    internal static async Task<ProofShop> OpenAsync(ProofRun run, ProofClient client, SyntheticAccount owner, CancellationToken cancel)
    {
        var business = (await client.SendAsync(new ProofCall("business", HttpMethod.Post, "/v1/businesses")
        {
            Account = owner, Body = new { name = "Synthetic greeters" }, Once = true,
        }, cancel)).Require();
        return new ProofShop(run, client, owner, business.GetProperty("id").GetGuid());
    }

    internal async Task SettleAsync(string misfire, int lateLimitMinutes, CancellationToken cancel) =>
        (await _client.SendAsync(new ProofCall("settings", HttpMethod.Put, $"/v1/occasions/settings?businessId={Id}")
        {
            Account = Owner,
            Body = new { sendAt = "09:00", leapDay = "february28", misfire, lateLimitMinutes, language = "en", channels = new[] { "webhook" } },
        }, cancel)).Require();

    /// <summary>Adds recipients, several at a time; answers their ids in the order given.</summary>
    internal async Task<Guid[]> AddAsync(IReadOnlyList<(string TimeZone, string Birthday)> people, CancellationToken cancel)
    {
        var ids = new Guid[people.Count];
        await System.Threading.Tasks.Parallel.ForAsync(0, people.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, async (i, token) =>
            ids[i] = (await CreateAsync(Body($"Number {i + 1}", people[i].TimeZone, people[i].Birthday), null, i, token)).Require().GetProperty("id").GetGuid());
        _recipients.AddRange(ids);
        return ids;
    }

    /// <summary>One create; several may share a key.</summary>
    internal Task<ProofAnswer> CreateAsync(object body, string? key, int target, CancellationToken cancel) =>
        _client.SendAsync(new ProofCall("create", HttpMethod.Post, "/v1/recipients") { Account = Owner, Body = body, IdempotencyKey = key, Once = key is null, Target = target }, cancel);

    internal void Remember(Guid recipient)
    {
        if (!_recipients.Contains(recipient)) _recipients.Add(recipient);
    }

    internal object Body(string firstName, string timeZone, string birthday) => new { firstName, lastName = "Synthetic", timeZone, birthday, businessId = Id };

    /// <summary>Every message of the business, or of one recipient.</summary>
    internal async Task<List<ToldMessage>> MessagesAsync(CancellationToken cancel, Guid? recipient = null, string? status = null, int target = 0)
    {
        var messages = new List<ToldMessage>();
        string? cursor = null;
        do
        {
            var page = (await _client.SendAsync(new ProofCall(
                "messages", HttpMethod.Get,
                $"/v1/messages?businessId={Id}&limit=200{(recipient is { } id ? $"&recipientId={id}" : "")}{(status is null ? "" : $"&status={status}")}{(cursor is null ? "" : $"&cursor={cursor}")}")
            {
                Account = Owner, Target = target,
            }, cancel)).Require();
            messages.AddRange(page.GetProperty("items").EnumerateArray().Select(ToldMessage.Of));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return messages;
    }

    internal async Task<JsonElement> MessageAsync(Guid id, CancellationToken cancel) =>
        (await _client.SendAsync(new ProofCall("message", HttpMethod.Get, $"/v1/messages/{id}") { Account = Owner }, cancel)).Require();

    internal Task<ProofAnswer> ReplayAsync(Guid id, int target, CancellationToken cancel) =>
        _client.SendAsync(new ProofCall("replay", HttpMethod.Post, $"/v1/messages/{id}/replay") { Account = Owner, Target = target }, cancel);

    internal Task<ProofAnswer> PutAsync(Guid recipient, object body, int target, CancellationToken cancel) =>
        _client.SendAsync(new ProofCall("put", HttpMethod.Put, $"/v1/recipients/{recipient}") { Account = Owner, Body = body, Target = target, SingleAttempt = true, Keep = ["version"] }, cancel);

    internal async Task<JsonElement> RecipientAsync(Guid id, CancellationToken cancel) =>
        (await _client.SendAsync(new ProofCall("recipient", HttpMethod.Get, $"/v1/recipients/{id}") { Account = Owner }, cancel)).Require();

    /// <summary>Waits until no message of the recipients is under way any more, or patience ends; answers them all.</summary>
    internal async Task<List<ToldMessage>> SettledAsync(IReadOnlyCollection<Guid> recipients, TimeSpan patience, CancellationToken cancel)
    {
        var started = _run.Clock.GetTimestamp();
        while (true)
        {
            var messages = await MessagesAsync(cancel);
            if (messages.TrueForAll(m => !recipients.Contains(m.RecipientId) || m.Status is not ("scheduled" or "queued" or "sending"))) return messages;
            if (_run.Clock.GetElapsedTime(started) > patience) return messages;
            await Task.Delay(TimeSpan.FromMilliseconds(250), _run.Clock, cancel);
        }
    }

    /// <summary>Deletes every recipient.</summary>
    internal Task CloseAsync(CancellationToken cancel) => System.Threading.Tasks.Parallel.ForEachAsync(
        _recipients, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, async (id, token) =>
            await _client.SendAsync(new ProofCall("delete", HttpMethod.Delete, $"/v1/recipients/{id}") { Account = Owner }, token));
}
