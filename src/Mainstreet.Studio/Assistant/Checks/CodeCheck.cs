using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

using Acornima;

using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.CSharp;

namespace Mainstreet.Studio.Assistant.Checks;

/// <summary>What a check found out.</summary>
internal enum Verdict
{
    /// <summary>It was checked, and nothing is worse than before.</summary>
    Good,

    /// <summary>It was checked, and something is worse than before.</summary>
    Bad,

    /// <summary>There is nothing here that can check it.</summary>
    Unknown,
}

/// <param name="Reasons">What is worse, for people and for a model that tries again.</param>
internal sealed record CheckResult(Verdict Verdict, IReadOnlyList<string> Reasons)
{
    internal static CheckResult Good { get; } = new(Verdict.Good, []);

    internal static CheckResult Unknown { get; } = new(Verdict.Unknown, []);
}

/// <summary>
/// Judges changed files before anybody sees them. C# of a project is compiled as a whole: no more errors than before, and none of a new id.
/// JSON, XML, JavaScript, HTML and CSS must parse, unless they did not before either. Nothing is run.
/// </summary>
internal static class CodeCheck
{
    private const int MostReasons = 10;

    /// <param name="before">Text files by path.</param>
    /// <param name="changed">Texts of the changed and new ones.</param>
    /// <param name="cancel">Ends the work.</param>
    internal static async Task<CheckResult> CompareAsync(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> changed, CancellationToken cancel)
    {
        var reasons = new List<string>();
        var (checkedOnes, unknown) = (0, 0);
        if (changed.Keys.Where(ProjectCode.IsSource).Order(StringComparer.Ordinal).FirstOrDefault() is { } source)
        {
            if (CompilerHost.CanCompile) checkedOnes++;
            else unknown++;
            if (CompilerHost.CanCompile) reasons.AddRange(await CompareCSharpAsync(before, changed, source, cancel));
        }
        foreach (var (path, text) in changed.Where(file => !ProjectCode.IsSource(file.Key)))
        {
            var language = LanguageName.OfPath(path);
            if (Faults(language, text) is not { } faults)
            {
                unknown++;
                continue;
            }
            checkedOnes++;
            var known = before.TryGetValue(path, out var old) ? Faults(language, old)!.Count : 0;
            if (faults.Count > known) reasons.AddRange(faults.Select(fault => $"{path}: {fault}"));
        }
        return reasons.Count > 0 ? new CheckResult(Verdict.Bad, [.. reasons.Take(MostReasons)])
            : checkedOnes > 0 && unknown == 0 ? CheckResult.Good : CheckResult.Unknown;
    }

    /// <summary>What is wrong with a text on its own; null when there is nothing that can tell.</summary>
    internal static IReadOnlyList<string>? Faults(string language, string text) => language switch
    {
        "json" => Json(text),
        "xml" => Xml(text),
        "javascript" => JavaScript(text),
        "html" => MarkupCheck.Html(text),
        "css" => StyleCheck.Css(text),
        _ => null,
    };

    private static async Task<IReadOnlyList<string>> CompareCSharpAsync(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> changed, string source, CancellationToken cancel)
    {
        var after = new Dictionary<string, string>(before, StringComparer.Ordinal);
        foreach (var (path, text) in changed) after[path] = text;
        ProjectCode? code = null;
        try
        {
            if (before.Keys.FirstOrDefault(ProjectCode.IsSource) is { } any) code = ProjectCode.OfProject(before, any);
        }
        catch (SourceRefusedException)
        {
            // What was refused before compiled to nothing; the change alone is judged.
        }
        var known = code is null ? [] : await CodeErrors.OfAsync(code.Project, cancel);
        try
        {
            code = ProjectCode.OfProject(after, source);
        }
        catch (SourceRefusedException refused)
        {
            return [refused.Message];
        }
        var now = await CodeErrors.OfAsync(code.Project, cancel);
        var ids = known.Select(error => error.Id).ToHashSet(StringComparer.Ordinal);
        var worse = now.Where(error => !ids.Contains(error.Id)).ToList();
        if (worse.Count == 0 && now.Length > known.Length) worse.AddRange(now);
        return [.. worse.Select(error => CodeError.Of(error).ToString())];
    }

    private static IReadOnlyList<string> Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 128 });
            return [];
        }
        catch (JsonException exception)
        {
            return [$"line {exception.LineNumber + 1}: is not JSON"];
        }
    }

    private static IReadOnlyList<string> Xml(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            XDocument.Load(reader);
            return [];
        }
        catch (XmlException exception)
        {
            return [$"line {exception.LineNumber}: is not XML"];
        }
    }

    // A file may be a module or a script; either will do.
    private static IReadOnlyList<string> JavaScript(string text)
    {
        var parser = new Parser(new ParserOptions { EcmaVersion = EcmaVersion.Latest, AllowHashBang = true });
        try
        {
            parser.ParseModule(text);
            return [];
        }
        catch (ParseErrorException asModule)
        {
            try
            {
                parser.ParseScript(text);
                return [];
            }
            catch (ParseErrorException)
            {
                return [$"line {asModule.LineNumber}: {asModule.Description}"];
            }
        }
        catch (InsufficientExecutionStackException)
        {
            return ["it nests too deep"];
        }
    }
}
