using System.Text.Json;

namespace Mainstreet.Foundation.Web;

/// <summary>Enum words in query strings: camelCase, exactly as in JSON (ASP.NET's own binding takes the C# spelling only).</summary>
public static class Words
{
    /// <summary>The value, null when the parameter is absent, or a 400 that lists the words taken.</summary>
    public static Outcome<T?> Parse<T>(string field, string? text)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text)) return (T?)null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == text) return (T?)value;
        }

        return Problem.Invalid(field, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(Of))}");
    }

    /// <summary>The value's word on the wire.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
