using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Audit;

/// <summary>What to record: who did what to which stream, and how it changed.</summary>
/// <param name="Stream">The subject, for example <c>ticket:{id}</c>: rows of one stream form one hash chain.</param>
/// <param name="ActorId">The account, or <c>null</c> for the system (a timer, an import).</param>
/// <param name="Action">A dotted word, for example <c>ticket.accepted</c>.</param>
/// <param name="From">State before, where there is one.</param>
/// <param name="To">State after.</param>
/// <param name="Detail">Further facts, stored as JSON; no secrets.</param>
public sealed record AuditEntry(string Stream, Guid? ActorId, string Action, string? From = null, string? To = null, object? Detail = null);

/// <summary>
/// One link of an append-only, hash-chained trail. The chain is per stream, so streams never wait for each other; two
/// writers of one stream meet at the primary key (stream, seq).
/// </summary>
public sealed class AuditRow
{
    public required string Stream { get; init; }

    /// <summary>1, 2, 3, … without gaps.</summary>
    public required int Seq { get; init; }

    public required DateTimeOffset At { get; init; }

    public Guid? ActorId { get; init; }

    public required string Action { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    /// <summary>JSON text, kept byte for byte because it is hashed.</summary>
    public string? Detail { get; init; }

    /// <summary>SHA-256, lower-case hex, of the previous row's hash and this row's fields.</summary>
    public required string Hash { get; init; }

    internal static AuditRow After(AuditRow? previous, AuditEntry entry, DateTimeOffset at)
    {
        var seq = (previous?.Seq ?? 0) + 1;
        var detail = entry.Detail is null ? null : JsonSerializer.Serialize(entry.Detail, Json.Stored);
        return new AuditRow
        {
            Stream = entry.Stream,
            Seq = seq,
            At = at,
            ActorId = entry.ActorId,
            Action = entry.Action,
            From = entry.From,
            To = entry.To,
            Detail = detail,
            Hash = ComputeHash(previous?.Hash, entry.Stream, seq, at, entry.ActorId, entry.Action, entry.From, entry.To, detail),
        };
    }

    /// <summary>The hash that this row must carry after <paramref name="previousHash"/>.</summary>
    public string ExpectedHash(string? previousHash) =>
        ComputeHash(previousHash, Stream, Seq, At, ActorId, Action, From, To, Detail);

    private static string ComputeHash(
        string? previous, string stream, int seq, DateTimeOffset at, Guid? actor, string action, string? from, string? to, string? detail)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Every field is written with its length, so that no two rows spell the same bytes.
        Append(hash, previous);
        Append(hash, stream);
        Append(hash, seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Append(hash, at.ToMicroseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        Append(hash, actor?.ToString("D"));
        Append(hash, action);
        Append(hash, from);
        Append(hash, to);
        Append(hash, detail);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
