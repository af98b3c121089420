using System.Text.RegularExpressions;

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>Words of postings and of what is typed for them: as <see cref="SearchWords"/> cuts them, but C++, C#, F# and .NET are words too.</summary>
internal static partial class JobWords
{
    internal static IEnumerable<string> In(string? text) => SearchWords.In(Spell(text)).Select(w => w.Text);

    /// <summary>What a posting is found by; words of the title count as those of its name.</summary>
    internal static string Indexed(string title, params ReadOnlySpan<string?> others)
    {
        var spelt = new string?[others.Length];
        for (var i = 0; i < others.Length; i++) spelt[i] = Spell(others[i]);
        return SearchWords.Indexed(Spell(title) ?? "", spelt);
    }

    private static string? Spell(string? text) => text is null || text.AsSpan().IndexOfAny('+', '#', '.') < 0 ? text : Signs().Replace(text, match => match.Value.ToLowerInvariant() switch
    {
        "c++" => " cplusplus ",
        "c#" => " csharp ",
        "f#" => " fsharp ",
        _ => " dotnet ",
    });

    [GeneratedRegex(@"(?:(?<![\p{L}\p{N}])|(?<=\b[Aa][Ss][Pp]))(?:[Cc]\+\+|[CcFf]\#|\.(?:NET|Net|net))(?![\p{L}\p{N}])", RegexOptions.CultureInvariant)]
    private static partial Regex Signs();
}
