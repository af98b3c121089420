using System.Text;

namespace Mainstreet.Foundation.Tests.Web;

/// <summary>
/// The slow, obvious reader: holds the whole file, walks it byte by byte, and starts again at the next physical line after
/// broken quotes or a row too long. Gives "line: values" or "line! code".
/// </summary>
internal static class CsvOracle
{
    internal static List<string> Read(byte[] file, int columns, int maxField, int maxRow)
    {
        var results = new List<string>();
        var at = 0;
        long line = 1;
        while (at < file.Length)
        {
            var (fields, length, isBroken) = Row(file[at..]);
            if (length > maxRow || isBroken)
            {
                results.Add($"{line}! {(length > maxRow ? "csv_row_too_long" : "csv_quotes")}");
                while (at < file.Length && file[at] is not ((byte)'\r' or (byte)'\n')) at++;
                at += LineEnd(file, at);
                line++;
                continue;
            }
            var row = file[at..(at + length)];
            if (length > 0) results.Add(Judge(row, fields, line, columns, maxField));
            line += Lines(row);
            at += length;
            at += LineEnd(file, at);
            line++;
        }
        return results;
    }

    private static string Judge(byte[] row, List<byte[]> fields, long line, int columns, int maxField)
    {
        if (fields.Any(f => Inner(f).Length > maxField)) return $"{line}! csv_field_too_long";
        if (row.Contains((byte)0)) return $"{line}! csv_nul";
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        try
        {
            strict.GetString(row);
        }
        catch (DecoderFallbackException)
        {
            return $"{line}! csv_encoding";
        }
        if (fields.Count != columns) return $"{line}! csv_columns";
        return $"{line}: " + string.Join('|', fields.Select(f =>
            f is [(byte)'"', ..] ? strict.GetString(Inner(f)).Replace("\"\"", "\"") : strict.GetString(f)));
    }

    private static byte[] Inner(byte[] field) => field is [(byte)'"', ..] ? field[1..^1] : field;

    /// <summary>The fields of the row at the beginning, with their quotes; where it ends or breaks.</summary>
    private static (List<byte[]> Fields, int Length, bool IsBroken) Row(byte[] rest)
    {
        var fields = new List<byte[]>();
        var at = 0;
        while (true)
        {
            var start = at;
            if (at < rest.Length && rest[at] == '"')
            {
                at++;
                while (true)
                {
                    if (at >= rest.Length) return (fields, at, true);
                    if (rest[at] != '"') at++;
                    else if (at + 1 < rest.Length && rest[at + 1] == '"') at += 2;
                    else break;
                }
                at++;
                if (at < rest.Length && rest[at] is not ((byte)',' or (byte)'\r' or (byte)'\n')) return (fields, at, true);
            }
            else
            {
                while (at < rest.Length && rest[at] is not ((byte)',' or (byte)'\r' or (byte)'\n'))
                {
                    if (rest[at] == '"') return (fields, at, true);
                    at++;
                }
            }
            fields.Add(rest[start..at]);
            if (at >= rest.Length || rest[at] != ',') return (fields, at, false);
            at++;
        }
    }

    private static int LineEnd(byte[] file, int at)
    {
        if (at >= file.Length) return 0;
        return file[at] == '\r' && at + 1 < file.Length && file[at + 1] == '\n' ? 2 : 1;
    }

    private static int Lines(byte[] row)
    {
        var count = 0;
        for (var at = 0; at < row.Length; at++)
        {
            if (row[at] is not ((byte)'\r' or (byte)'\n')) continue;
            at += LineEnd(row, at) - 1;
            count++;
        }
        return count;
    }
}
