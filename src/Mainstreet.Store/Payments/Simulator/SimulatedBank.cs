using System.Security.Cryptography;
using System.Text.Json.Nodes;

using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments.Simulator;

/// <summary>Razorpay's error envelope, thrown through the simulator's transaction so that nothing of it stays.</summary>
internal sealed class SimulatedError(int status, string description, string? field = null, string reason = "input_validation_failed") : Exception(description)
{
    internal int Status { get; } = status;

    internal JsonObject Envelope() => new()
    {
        ["error"] = new JsonObject
        {
            ["code"] = "BAD_REQUEST_ERROR", ["description"] = Message, ["source"] = "business", ["step"] = "payment_initiation", ["reason"] = reason,
            ["metadata"] = new JsonObject(), ["field"] = field,
        },
    };
}

/// <summary>
/// What the simulated provider knows, in tables of its own, changed in transactions that begin by locking what they change. Entities are those of
/// razorpay/markdown-docs, api/{orders,payments,refunds}/entity.md.
/// </summary>
internal sealed class SimulatedBank(StoreDb db, TimeProvider clock)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    internal long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    internal static string NewId(string prefix) => $"{prefix}_{RandomNumberGenerator.GetString(Letters, 14)}";

    /// <summary>Runs the work in one transaction and saves.</summary>
    /// <exception cref="SimulatedError">The provider refuses.</exception>
    internal Task<T> ChangeAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel) => db.InTransactionAsync(async token =>
    {
        db.ChangeTracker.Clear();
        var result = await work(token);
        await db.SaveChangesAsync(token);
        return result;
    }, cancel);

    internal JsonObject Add(string kind, JsonObject json, string? parent = null, string? key = null)
    {
        db.SimulatedObjects.Add(new SimulatedObject
        {
            Id = json["id"]!.GetValue<string>(), Kind = kind, Parent = parent, Key = key, Json = json.ToJsonString(), CreatedAt = clock.Now(),
        });
        return json;
    }

    internal async Task<JsonObject> GetAsync(string kind, string id, CancellationToken cancel) =>
        await db.SimulatedObjects.AsNoTracking().Where(o => o.Id == id && o.Kind == kind).Select(o => o.Json).SingleOrDefaultAsync(cancel) is { } json
            ? JsonNode.Parse(json)!.AsObject()
            : throw new SimulatedError(400, "The id provided does not exist", "id");

    /// <summary>The entity, locked until the transaction ends. Lock orders before payments.</summary>
    internal async Task<JsonObject> HoldAsync(string kind, string id, CancellationToken cancel)
    {
        // An update that changes nothing takes the row's lock on both engines.
        if (await db.SimulatedObjects.Where(o => o.Id == id && o.Kind == kind).ExecuteUpdateAsync(set => set.SetProperty(o => o.Kind, kind), cancel) == 0)
            throw new SimulatedError(400, "The id provided does not exist", "id");
        return await GetAsync(kind, id, cancel);
    }

    internal async Task SaveAsync(JsonObject json, CancellationToken cancel)
    {
        var (id, text) = (json["id"]!.GetValue<string>(), json.ToJsonString());
        if (db.SimulatedObjects.Local.FirstOrDefault(o => o.Id == id) is { } added) added.Json = text;
        else await db.SimulatedObjects.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.Json, text), cancel);
    }

    internal Task RemoveAsync(string kind, string id, CancellationToken cancel) =>
        db.SimulatedObjects.Where(o => o.Id == id && o.Kind == kind).ExecuteDeleteAsync(cancel);

    internal async Task<List<JsonObject>> ListAsync(string kind, string? parent, string? key, CancellationToken cancel)
    {
        var found = await db.SimulatedObjects.AsNoTracking().Where(o => o.Kind == kind && (parent == null || o.Parent == parent) && (key == null || o.Key == key))
            .OrderByDescending(o => o.CreatedAt).ThenBy(o => o.Id).Take(100).Select(o => o.Json).ToListAsync(cancel);
        return found.ConvertAll(json => JsonNode.Parse(json)!.AsObject());
    }

    /// <summary>Queues a webhook; it leaves after the commit.</summary>
    internal SimulatedEvent Tell(string name, bool deliver, params ReadOnlySpan<(string Kind, JsonObject Entity)> about)
    {
        var payload = new JsonObject();
        var contains = new JsonArray();
        foreach (var (kind, entity) in about)
        {
            contains.Add(kind);
            payload[kind] = new JsonObject { ["entity"] = Shown(entity) };
        }

        var body = new JsonObject
        {
            ["entity"] = "event", ["account_id"] = "acc_simulator", ["event"] = name, ["contains"] = contains, ["payload"] = payload, ["created_at"] = Now,
        };
        var told = new SimulatedEvent { Id = NewId("evt"), Body = body.ToJsonString(), DueAt = clock.Now() };
        if (deliver) db.SimulatedEvents.Add(told);
        return told;
    }

    /// <summary>Without what the API does not show.</summary>
    internal static JsonObject Shown(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        copy.Remove("simulator");
        return copy;
    }

    internal static JsonObject Collection(IEnumerable<JsonObject> items)
    {
        var list = new JsonArray([.. items.Select(Shown)]);
        return new JsonObject { ["entity"] = "collection", ["count"] = list.Count, ["items"] = list };
    }
}
