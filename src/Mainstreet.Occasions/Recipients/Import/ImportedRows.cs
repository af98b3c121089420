using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Occasions.Recipients.Import;

/// <summary>
/// Reads a file of recipients row by row. CSV columns and JSON members are the fields of <c>POST /v1/recipients</c>; channels in CSV are
/// separated by <c>;</c> or a space. Every row goes into a digest, so that a file sent again can be told from another.
/// </summary>
internal sealed class ImportedRows
{
    private const int LongestLine = 64 * 1024;

    private static readonly string[] Required = ["firstName", "lastName"];

    private readonly Stream _source;
    private readonly CsvRows? _csv;
    private readonly IncrementalHash _digest;

    private ImportedRows(Stream source, CsvRows? csv, IncrementalHash digest) => (_source, _csv, _digest) = (source, csv, digest);

    /// <summary>A reader that stands at the first row, or the problem with the file as a whole.</summary>
    internal static async Task<Outcome<ImportedRows>> OpenAsync(Stream source, ImportFormat format, IncrementalHash digest, CancellationToken cancel)
    {
        if (format == ImportFormat.Ndjson) return new ImportedRows(source, null, digest);
        var csv = await CsvRows.OpenAsync(source, Required, new CsvLimits(), cancel);
        if (!csv.Ok) return csv.Problem;
        foreach (var column in csv.Value.Columns) digest.AppendData(Encoding.UTF8.GetBytes(column + '\n'));
        return new ImportedRows(source, csv.Value, digest);
    }

    internal IAsyncEnumerable<ImportedRow> ReadAsync(CancellationToken cancel) => _csv is null ? ReadNdjsonAsync(cancel) : ReadCsvAsync(_csv, cancel);

    private async IAsyncEnumerable<ImportedRow> ReadCsvAsync(CsvRows csv, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in csv.ReadAsync(cancel))
        {
            Digest(row.Line, Encoding.UTF8.GetBytes(row.Ok ? string.Join('\u001F', row.Values) : row.Error.Code));
            yield return row.Ok ? OfCsv(row) : new ImportedRow(row.Line, null, row.Error.Message);
        }
    }

    private static ImportedRow OfCsv(CsvRow row)
    {
        // What a spreadsheet wrote with a guard against formulas is read without it.
        string? Cell(string column) => row[column] is { Length: > 0 } text ? CsvGuard.Remove(text) : null;

        bool? paused = null;
        switch (Cell("paused")?.Trim().ToUpperInvariant())
        {
            case null or "":
                break;
            case "TRUE" or "YES" or "1":
                paused = true;
                break;
            case "FALSE" or "NO" or "0":
                paused = false;
                break;
            default:
                return new ImportedRow(row.Line, null, "paused: must be true or false");
        }

        return new ImportedRow(row.Line, new CreateRecipient.Request(
            Cell("firstName") ?? "", Cell("lastName") ?? "", Cell("email"), Cell("phone"), Cell("birthday"), Cell("anniversary"), Cell("timeZone"),
            Cell("language"), Cell("channels")?.Split([';', ' '], StringSplitOptions.RemoveEmptyEntries), paused), null);
    }

    private async IAsyncEnumerable<ImportedRow> ReadNdjsonAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (number, line) in Lines.ReadAsync(_source, LongestLine, cancel))
        {
            if (line is not { } bytes)
            {
                Digest(number, "too long"u8);
                yield return new ImportedRow(number, null, $"The line has more than {LongestLine} bytes.");
                continue;
            }

            if (bytes.Span.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0) continue;
            Digest(number, bytes.Span);
            yield return OfJson(number, bytes.Span);
        }
    }

    private static ImportedRow OfJson(long number, ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<CreateRecipient.Request>(line, Json.Wire) is { } request
                ? new ImportedRow(number, request, null)
                : new ImportedRow(number, null, "The line is not an object.");
        }
        catch (JsonException exception)
        {
            // The exception's own text names our types; only the field goes out.
            var field = exception.Path?.TrimStart('$').TrimStart('.');
            return new ImportedRow(number, null, string.IsNullOrEmpty(field)
                ? "The line is not a JSON object with firstName and lastName."
                : $"{(field.Length > 60 ? field[..60] : field)}: is malformed or has the wrong type");
        }
    }

    private void Digest(long line, ReadOnlySpan<byte> text)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(head, line);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], text.Length);
        _digest.AppendData(head);
        _digest.AppendData(text);
    }
}
