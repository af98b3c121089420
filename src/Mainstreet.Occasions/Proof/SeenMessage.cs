using System.Text.Json;

namespace Mainstreet.Occasions.Proof;

/// <summary>A message as the server showed it.</summary>
internal sealed record SeenMessage(
    Guid Id, Guid RecipientId, string Status, DateTimeOffset DueAt, string LocalDate, string TimeZone, int Attempts, bool Uncertain, string? Reason, string? LastError)
{
    internal bool IsOpen => Status is "scheduled" or "queued" or "sending";

    /// <summary>Rises as a message goes on; all final ones are alike.</summary>
    internal int Rank => Status switch { "scheduled" => 0, "queued" => 1, "sending" => 2, _ => 3 };

    internal static SeenMessage Read(JsonElement json) => new(
        json.GetProperty("id").GetGuid(), json.GetProperty("recipientId").GetGuid(), json.GetProperty("status").GetString()!,
        json.GetProperty("dueAt").GetDateTimeOffset(), json.GetProperty("localDate").GetString()!, json.GetProperty("timeZone").GetString()!,
        json.GetProperty("attempts").GetInt32(), json.GetProperty("uncertain").GetBoolean(),
        json.GetProperty("reason").GetString(), json.GetProperty("lastError").GetString());

    public override string ToString() =>
        $"message {Id.ToString()[^6..]} {Status} due {DueAt:MM-dd HH:mm:ss}Z ({TimeZone}), {Attempts} attempts{(Uncertain ? ", uncertain" : "")}{(Reason is null ? "" : $", {Reason}")}{(LastError is null ? "" : $", \"{LastError}\"")}";
}
