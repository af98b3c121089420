using System.Buffers;
using System.Text;

namespace Mainstreet.Foundation.Web;

/// <summary>
/// Writes a CSV file (RFC 4180: CRLF, quotes where needed; UTF-8 without a byte order mark) to a stream, row by row, every field
/// guarded by <see cref="CsvGuard"/>. Memory in use is one row's. Not for concurrent use.
/// </summary>
public sealed class CsvWriter(Stream target)
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

    private readonly StringBuilder _row = new();
    private int? _columns;

    /// <summary>Writes a row; null is an empty field. The first row is the header and sets the number of columns.</summary>
    /// <exception cref="ArgumentException">The row is empty or has not as many fields as the first.</exception>
    public async Task WriteAsync(IReadOnlyList<string?> fields, CancellationToken cancel)
    {
        if (fields.Count == 0 || (_columns is { } columns && fields.Count != columns))
        {
            throw new ArgumentException($"A row of {fields.Count} fields does not fit the first.", nameof(fields));
        }
        _columns = fields.Count;
        _row.Clear();
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0) _row.Append(',');
            // A lone empty field would be an empty line, which readers skip.
            Append(CsvGuard.Add(fields[i] ?? ""), mustQuote: fields.Count == 1 && string.IsNullOrEmpty(fields[0]));
        }
        _row.Append("\r\n");
        await target.WriteAsync(Encoding.UTF8.GetBytes(_row.ToString()), cancel);
    }

    private void Append(string field, bool mustQuote)
    {
        // Spaces at the ends are quoted because some readers trim them otherwise.
        if (!mustQuote && !field.AsSpan().ContainsAny(NeedQuotes) && field.AsSpan().Trim(' ').Length == field.Length)
        {
            _row.Append(field);
            return;
        }
        _row.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
