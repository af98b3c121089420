using System.Globalization;

using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Trades.Import;

/// <summary>Reads the cells of one row and remembers every complaint.</summary>
internal sealed class Cells(CsvRow row)
{
    private readonly List<string> _errors = [];

    internal Problem? Problem => _errors.Count == 0 ? null : new Problem(400, "row_invalid", "The row is not valid.") { Detail = string.Join("; ", _errors) };

    internal string Text(string column, int min, int max)
    {
        var text = row[column]?.Trim() ?? "";
        if (text.Length < min) _errors.Add($"{column}: is needed");
        else if (text.Length > max) _errors.Add($"{column}: is longer than {max} characters");
        return text;
    }

    internal string? Optional(string column, int max)
    {
        var text = row[column]?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (text.Length > max) _errors.Add($"{column}: is longer than {max} characters");
        return text;
    }

    internal double? Number(string column, double min, double max)
    {
        var text = row[column]?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        _errors.Add(string.Create(CultureInfo.InvariantCulture, $"{column}: must be a number from {min} to {max}"));
        return null;
    }

    internal GeoPoint Point()
    {
        var lat = Number("lat", -90, 90);
        var lon = Number("lon", -180, 180);
        if (string.IsNullOrWhiteSpace(row["lat"])) _errors.Add("lat: is needed");
        if (string.IsNullOrWhiteSpace(row["lon"])) _errors.Add("lon: is needed");
        return new GeoPoint(lat ?? 0, lon ?? 0);
    }

    internal T? Word<T>(string column)
        where T : struct, Enum
    {
        var word = Words.Parse<T>(column, row[column]?.Trim());
        if (word.Problem is { Errors: { } errors }) _errors.Add($"{column}: {errors[column][0]}");
        return word.Value;
    }

    internal DateTimeOffset? Instant(string column, DateTimeOffset latest)
    {
        var text = row[column]?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            && instant <= latest && instant.Year >= 1970) return instant.Cut();
        _errors.Add($"{column}: must be an instant as in RFC 3339, from 1970 on and not in the future");
        return null;
    }

    internal void Complain(string message) => _errors.Add(message);
}
