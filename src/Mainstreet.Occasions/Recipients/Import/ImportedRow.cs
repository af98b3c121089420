namespace Mainstreet.Occasions.Recipients.Import;

/// <summary>One row of a file: what it asks for, or why it cannot be read.</summary>
/// <param name="Line">Physical line, counted from 1, where the row begins; rises from row to row.</param>
/// <param name="Request">Not checked yet.</param>
/// <param name="Error">One sentence; null when there is a request.</param>
internal readonly record struct ImportedRow(long Line, CreateRecipient.Request? Request, string? Error);

/// <summary>The forms of file that are taken.</summary>
internal enum ImportFormat
{
    /// <summary>RFC 4180 with a header.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Ndjson,
}
