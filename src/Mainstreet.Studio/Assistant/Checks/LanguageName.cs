namespace Mainstreet.Studio.Assistant.Checks;

/// <summary>Languages by the names that requests use and by the ends of file names.</summary>
internal static class LanguageName
{
    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".cs"] = "csharp", [".js"] = "javascript", [".mjs"] = "javascript", [".cjs"] = "javascript", [".ts"] = "typescript", [".json"] = "json", [".html"] = "html", [".htm"] = "html",
        [".css"] = "css", [".py"] = "python", [".sh"] = "shell", [".md"] = "markdown", [".xml"] = "xml", [".csproj"] = "xml", [".sql"] = "sql", [".svg"] = "xml",
    };

    private static readonly Dictionary<string, string> Spellings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["c#"] = "csharp", ["cs"] = "csharp", ["js"] = "javascript", ["ts"] = "typescript", ["py"] = "python", ["bash"] = "shell", ["sh"] = "shell", ["htm"] = "html",
    };

    /// <summary>One name for each language; unknown ones stay as they are, in lower case.</summary>
    internal static string Of(string language) => Spellings.GetValueOrDefault(language.Trim(), language.Trim().ToLowerInvariant());

    /// <summary>By the file's name; <c>text</c> when it says nothing.</summary>
    internal static string OfPath(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path), "text");
}
