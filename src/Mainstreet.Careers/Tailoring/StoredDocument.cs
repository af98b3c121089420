using System.Text.Json;

using Mainstreet.Careers.Jobs;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tailoring;

/// <summary>A document written for a posting, with the base that it is compared with and what the person took back.</summary>
internal sealed class StoredDocument
{
    public Guid Id { get; private set; }

    public Guid AccountId { get; private set; }

    /// <summary>Null when the posting was pasted.</summary>
    public Guid? JobId { get; private set; }

    /// <summary>The task that wrote it: run again, it writes no second one.</summary>
    public Guid? TaskId { get; private set; }

    public DocumentKind Kind { get; private set; }

    public string PostingTitle { get; private set; } = "";

    /// <summary>The posting as it was then, as JSON.</summary>
    public string Posting { get; private set; } = "{}";

    public string BaseBlocks { get; private set; } = "[]";

    public string Blocks { get; private set; } = "[]";

    /// <summary>Ids of the blocks that the person took back, as JSON.</summary>
    public string Reverted { get; private set; } = "[]";

    /// <summary>What a model proposed and the validator refused, as JSON.</summary>
    public string Objections { get; private set; } = "[]";

    public bool Synthetic { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public int Version { get; private set; }

    internal CareerDocument Base => new(Kind, Read<List<DocumentBlock>>(BaseBlocks));

    internal CareerDocument Tailored => new(Kind, Read<List<DocumentBlock>>(Blocks));

    internal PostingText PostingText => Read<PostingText>(Posting);

    internal IReadOnlySet<string> TakenBack => Read<HashSet<string>>(Reverted);

    internal IReadOnlyList<Objection> Refused => Read<List<Objection>>(Objections);

    internal static StoredDocument Write(Guid id, Guid accountId, bool synthetic, Guid? jobId, Guid? taskId, PostingText posting, CareerDocument before, TailoredDocument written, DateTimeOffset now) => new()
    {
        Id = id,
        AccountId = accountId,
        Synthetic = synthetic,
        JobId = jobId,
        TaskId = taskId,
        Kind = written.Document.Kind,
        PostingTitle = posting.Title,
        Posting = Text(posting),
        BaseBlocks = Text(before.Blocks),
        Blocks = Text(written.Document.Blocks),
        Objections = Text(written.Objections),
        CreatedAt = now,
        UpdatedAt = now,
        Version = 1,
    };

    /// <summary>Which changes are taken back; all others are accepted. Ids that no block has are passed over.</summary>
    internal void TakeBack(IEnumerable<string> blockIds, DateTimeOffset now)
    {
        var known = Base.Blocks.Concat(Tailored.Blocks).Select(block => block.Id).ToHashSet(StringComparer.Ordinal);
        Reverted = Text(blockIds.Where(known.Contains).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        UpdatedAt = now;
        Version++;
    }

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, Json.Stored);

    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Json.Stored)!;
}
