using System.Diagnostics.CodeAnalysis;

namespace Mainstreet.Foundation.Web;

/// <summary>What is wrong with a row.</summary>
/// <param name="Line">Physical line, counted from 1, where the row begins.</param>
/// <param name="Code">
/// <c>csv_row_too_long</c>, <c>csv_quotes</c>, <c>csv_field_too_long</c>, <c>csv_nul</c>, <c>csv_encoding</c>,
/// <c>csv_columns</c>; when several hold, the first in this order.
/// </param>
/// <param name="Message">One sentence for people; quotes nothing of the file.</param>
public sealed record CsvError(long Line, string Code, string Message);

/// <summary>One row: its values by column name, or what is wrong with it.</summary>
public sealed class CsvRow
{
    private readonly IReadOnlyDictionary<string, int>? _columns;
    private readonly string[]? _values;

    internal CsvRow(long line, IReadOnlyDictionary<string, int> columns, string[] values) =>
        (Line, _columns, _values) = (line, columns, values);

    internal CsvRow(CsvError error) => (Line, Error) = (error.Line, error);

    /// <summary>Physical line, counted from 1, where the row begins.</summary>
    public long Line { get; }

    /// <summary>What is wrong; such a row has no values.</summary>
    public CsvError? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool Ok => Error is null;

    /// <summary>The value of a column, as it stands in the file, never trimmed; null when the file has no such column.</summary>
    /// <exception cref="InvalidOperationException">The row is in error.</exception>
    public string? this[string column]
    {
        get
        {
            if (_columns is null || _values is null) throw new InvalidOperationException("A row in error has no values.");
            return _columns.TryGetValue(column, out var index) ? _values[index] : null;
        }
    }

    /// <summary>All values in the order of the header; none for a row in error.</summary>
    public IReadOnlyList<string> Values => _values ?? [];
}
