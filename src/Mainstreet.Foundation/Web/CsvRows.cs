using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Mainstreet.Foundation.Web;

/// <summary>
/// Reads a CSV file (RFC 4180 with a header, UTF-8 with or without a byte order mark) from a stream, row by row, in memory bounded
/// by <see cref="CsvLimits"/>, and goes on after a bad row.
/// <list type="bullet">
/// <item>Rows end with CRLF, LF or CR; quoted fields may hold any of them, as they stand. Empty lines are skipped.</item>
/// <item>A row whose quoting is broken (a quote inside a field without quotes, anything after a closing quote, a quote never closed)
/// or that is too long is rejected as its first physical line alone, and reading goes on with the next physical line: one
/// forgotten quote costs one row, not the rest of the file.</item>
/// <item>All other bad rows are rejected whole.</item>
/// <item>Text is given as it stands. What <see cref="CsvWriter"/> guarded against formulas is put back by
/// <see cref="CsvGuard.Remove"/>, which the caller applies to columns of free text where it wants that.</item>
/// </list>
/// CSV libraries were considered; none both keeps reading after broken quotes and refuses invalid UTF-8 row by row.
/// </summary>
public sealed class CsvRows
{
    private const int ChunkBytes = 32 * 1024;

    private readonly Stream _source;
    private readonly CsvLimits _limits;
    private readonly CsvScanner _scanner;
    private FrozenDictionary<string, int> _columns = FrozenDictionary<string, int>.Empty;
    private byte[] _buffer = new byte[ChunkBytes];
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private bool _skipsLineFeed;
    private long _line = 1;

    private enum Found
    {
        Row,
        BrokenQuotes,
        TooLong,
        End,
    }

    private CsvRows(Stream source, CsvLimits limits)
    {
        (_source, _limits) = (source, limits);
        _scanner = new CsvScanner(limits.MaxColumns);
    }

    /// <summary>Column names of the header in order, without the spaces around them.</summary>
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>Reads the header. Column names are compared without regard to case.</summary>
    /// <param name="source">The file; not disposed.</param>
    /// <param name="required">Columns that must be there; others may be.</param>
    /// <returns>
    /// A reader that stands at the first row, or a 400 problem for the whole file: <c>csv_empty</c>, <c>csv_encoding</c>,
    /// <c>csv_header_invalid</c>, <c>csv_duplicate_column</c>, <c>csv_missing_column</c>.
    /// </returns>
    public static async Task<Outcome<CsvRows>> OpenAsync(
        Stream source, IReadOnlyCollection<string> required, CsvLimits limits, CancellationToken cancel)
    {
        var rows = new CsvRows(source, limits);
        return await rows.ReadHeaderAsync(required, cancel) is { } problem ? problem : rows;
    }

    /// <summary>The rows after the header, once. A row in error has <see cref="CsvRow.Error"/>; reading goes on after it.</summary>
    /// <exception cref="IOException">The stream failed.</exception>
    public async IAsyncEnumerable<CsvRow> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var found = await FindAsync(cancel);
            if (found == Found.End) yield break;
            var line = _line;
            CsvRow? row;
            if (found == Found.Row)
            {
                row = ToRow();
                Consume();
            }
            else
            {
                row = new CsvRow(ErrorOf(found, line));
                await SkipLineAsync(cancel);
            }
            if (row is not null) yield return row;
        }
    }

    private static Problem Bad(string code, string detail) => new Problem(400, code, "The CSV file cannot be read.").With(detail);

    private async Task<Problem?> ReadHeaderAsync(IReadOnlyCollection<string> required, CancellationToken cancel)
    {
        while (_end < 3 && !_isAtEnd) await FillAsync(cancel);
        if (_end >= 2 && (_buffer[0], _buffer[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
        {
            return Bad("csv_encoding", "The file is in UTF-16 or UTF-32; save it as UTF-8.");
        }
        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8)) _start = 3;

        Found found;
        while ((found = await FindAsync(cancel)) == Found.Row && _scanner.Position == 0) Consume();
        if (found == Found.End) return Bad("csv_empty", "The file is empty; its first line must name the columns.");
        if (found != Found.Row) return Bad("csv_header_invalid", $"Header: {ErrorOf(found, _line).Message}");
        if (_scanner.Count > _limits.MaxColumns) return Bad("csv_header_invalid", $"The header names more than {_limits.MaxColumns} columns.");
        if (TextErrorOf(Row) is { } error)
        {
            return Bad(error.Code == "csv_encoding" ? error.Code : "csv_header_invalid", $"Header: {error.Message}");
        }

        var names = _scanner.Fields.Select(f => Decode(f).Trim()).ToArray();
        Consume();
        if (names.Contains("")) return Bad("csv_header_invalid", "The header has a column without a name.");
        var twice = names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) return Bad("csv_duplicate_column", $"The header names the column '{Shown(twice.Key)}' twice.");
        var missing = required.Except(names, StringComparer.OrdinalIgnoreCase).ToArray();
        if (missing.Length > 0)
        {
            var hint = names is [var only] && only.IndexOfAny([';', '\t']) >= 0 ? " Columns must be separated by commas." : "";
            return Bad("csv_missing_column", $"The header lacks {string.Join(", ", missing.Select(m => $"'{m}'"))}.{hint}");
        }
        Columns = names;
        _columns = names.Index().ToFrozenDictionary(n => n.Item, n => n.Index, StringComparer.OrdinalIgnoreCase);
        return null;
    }

    private static string Shown(string name) => name.Length <= 60 ? name : name[..60] + "…";

    private ReadOnlySpan<byte> Row => _buffer.AsSpan(_start, _scanner.Position);

    /// <summary>Finds the row that begins at the first byte not consumed yet; consumes nothing but a line feed left over.</summary>
    private async ValueTask<Found> FindAsync(CancellationToken cancel)
    {
        _scanner.Reset();
        while (true)
        {
            SkipLineFeed();
            var ended = _scanner.Scan(_buffer.AsSpan(_start, _end - _start));
            if (!ended && _isAtEnd)
            {
                if (_start == _end) return Found.End;
                _scanner.End();
                ended = true;
            }
            // In this order, so that the answer does not depend on how the stream was cut into chunks.
            if (_scanner.Position > _limits.MaxRowBytes) return Found.TooLong;
            if (_scanner.IsBroken) return Found.BrokenQuotes;
            if (ended) return Found.Row;
            await FillAsync(cancel);
        }
    }

    private void SkipLineFeed()
    {
        if (!_skipsLineFeed || _start == _end) return;
        _skipsLineFeed = false;
        if (_buffer[_start] == '\n') _start++;
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (_start > 0 && _buffer.Length - _end < ChunkBytes / 2)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_buffer.Length - _end < ChunkBytes / 2) Array.Resize(ref _buffer, _buffer.Length * 2);
        // No more than a chunk at a time, so that a long row is found out soon.
        var room = _buffer.AsMemory(_end, Math.Min(_buffer.Length - _end, ChunkBytes));
        var read = await _source.ReadAsync(room, cancel);
        _end += read;
        _isAtEnd = read == 0;
    }

    /// <summary>Steps over the row found and its line end.</summary>
    private void Consume()
    {
        _line += CountLineEnds(Row);
        _start += _scanner.Position;
        if (_start < _end) ConsumeLineEnd();
    }

    private void ConsumeLineEnd()
    {
        _line++;
        _skipsLineFeed = _buffer[_start++] == '\r';
    }

    private async ValueTask SkipLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOfAny((byte)'\r', (byte)'\n');
            _start = end < 0 ? _end : _start + end;
            if (end >= 0)
            {
                ConsumeLineEnd();
                return;
            }
            if (_isAtEnd) return;
            await FillAsync(cancel);
        }
    }

    private static int CountLineEnds(ReadOnlySpan<byte> row)
    {
        var count = 0;
        for (int at; (at = row.IndexOfAny((byte)'\r', (byte)'\n')) >= 0; count++)
        {
            row = row[(row[at..].StartsWith("\r\n"u8) ? at + 2 : at + 1)..];
        }
        return count;
    }

    /// <summary>Null for an empty line.</summary>
    private CsvRow? ToRow()
    {
        if (_scanner.Position == 0) return null;
        if (TextErrorOf(Row) is { } error) return new CsvRow(error);
        if (_scanner.Count != Columns.Count)
        {
            return new CsvRow(new CsvError(
                _line, "csv_columns", $"The row has {_scanner.Count} columns where the header has {Columns.Count}."));
        }
        var values = new string[_scanner.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Decode(_scanner.Fields[i]);
        return new CsvRow(_line, _columns, values);
    }

    private CsvError? TextErrorOf(ReadOnlySpan<byte> row)
    {
        if (_scanner.Longest > _limits.MaxFieldBytes)
        {
            return new CsvError(_line, "csv_field_too_long", $"A field has more than {_limits.MaxFieldBytes} bytes.");
        }
        if (row.Contains((byte)0)) return new CsvError(_line, "csv_nul", "The row holds a NUL character.");
        return Utf8.IsValid(row) ? null : new CsvError(_line, "csv_encoding", "The row is not valid UTF-8.");
    }

    private CsvError ErrorOf(Found found, long line) => found == Found.TooLong
        ? new CsvError(line, "csv_row_too_long", $"The row has more than {_limits.MaxRowBytes} bytes.")
        : new CsvError(
            line, "csv_quotes", "A quote stands inside a field without quotes, or a quoted field does not end with its closing quote.");

    private string Decode(CsvScanner.Field field)
    {
        var bytes = _buffer.AsSpan(_start + field.Start, field.Length);
        if (!field.IsQuoted) return Encoding.UTF8.GetString(bytes);
        return Encoding.UTF8.GetString(bytes[1..^1]).Replace("\"\"", "\"", StringComparison.Ordinal);
    }
}
