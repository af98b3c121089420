using AngleSharp.Html.Parser;

namespace Mainstreet.Studio.Assistant.Checks;

/// <summary>HTML by the standard's own parse errors (https://html.spec.whatwg.org/multipage/parsing.html#parse-errors).</summary>
internal static class MarkupCheck
{
    private const int Most = 10, MostElements = 20_000;

    internal static IReadOnlyList<string> Html(string text)
    {
        // Each element looks through those that are still open, so the time grows with the square of a page that closes nothing.
        if (text.AsSpan().Count('<') > MostElements) return [$"it has more than {MostElements} tags"];
        var faults = new List<string>();
        var parser = new HtmlParser(new HtmlParserOptions { IsScripting = false });
        parser.Error += (_, said) =>
        {
            if (said is AngleSharp.Html.Dom.Events.HtmlErrorEvent error && faults.Count < Most) faults.Add($"line {error.Position.Line}: {error.Message}");
        };
        // A piece of a page has no doctype, and needs none.
        var page = text.Contains("<html", StringComparison.OrdinalIgnoreCase) || text.Contains("<!doctype", StringComparison.OrdinalIgnoreCase);
        using var document = parser.ParseDocument(page ? text : "<!doctype html><title>x</title>" + text);
        return faults;
    }
}
