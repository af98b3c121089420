using System.Text;
using System.Text.Encodings.Web;

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Store.Search;

/// <summary>Where the words were found, as HTML: everything escaped, the words in <c>&lt;mark&gt;</c>.</summary>
/// <param name="Name">The whole name.</param>
/// <param name="Description">The part of the description round the first word found there; null when none is.</param>
public sealed record Highlight(string Name, string? Description);

/// <summary>Marks the words of a query in a product's texts.</summary>
internal static class Highlighter
{
    private const int Before = 60;

    private const int Snippet = 200;

    internal static Highlight Of(SearchQuery query, string name, string description)
    {
        var first = SearchWords.In(description).FirstOrDefault(w => query.Marks(w.Text));
        return new Highlight(Mark(query, name, 0, name.Length), first.Length == 0 ? null : Cut(query, description, first.Start));
    }

    private static string Cut(SearchQuery query, string text, int found)
    {
        var from = Math.Max(0, found - Before);
        while (from > 0 && from < found && !char.IsWhiteSpace(text[from - 1])) from++;
        var to = Math.Min(text.Length, from + Snippet);
        while (to < text.Length && to > found + 1 && !char.IsWhiteSpace(text[to])) to--;
        if (to <= found + 1) to = Math.Min(text.Length, from + Snippet);
        return (from > 0 ? "… " : "") + Mark(query, text, from, to) + (to < text.Length ? " …" : "");
    }

    private static string Mark(SearchQuery query, string text, int from, int to)
    {
        var html = new StringBuilder();
        var at = from;
        foreach (var word in SearchWords.In(text))
        {
            if (word.Start < from || word.Start + word.Length > to || !query.Marks(word.Text)) continue;
            html.Append(HtmlEncoder.Default.Encode(text[at..word.Start])).Append("<mark>")
                .Append(HtmlEncoder.Default.Encode(text.Substring(word.Start, word.Length))).Append("</mark>");
            at = word.Start + word.Length;
        }

        return html.Append(HtmlEncoder.Default.Encode(text[at..to])).ToString();
    }
}
