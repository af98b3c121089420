using System.Xml;
using System.Xml.Linq;

using Mainstreet.Studio.CSharp;

using Microsoft.CodeAnalysis;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <summary>C# files that are compiled together, and which of them is meant.</summary>
/// <param name="Project">All of them.</param>
/// <param name="Document">The one that is meant.</param>
internal sealed record ProjectCode(Project Project, Document Document)
{
    /// <summary>Name of a snippet that belongs to no file.</summary>
    internal const string Snippet = "snippet.cs";

    private static readonly string[] Console = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] Web =
    [
        .. Console, "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    /// <summary>One file on its own. A program of top-level statements has the usings that a new project has.</summary>
    /// <exception cref="SourceRefusedException">The compiler must not see it.</exception>
    internal static ProjectCode OfSnippet(string code, string path = Snippet) => Of([(path, code)], path, null);

    /// <summary>A project's C# files; its project file, where it has one, says which usings are implied.</summary>
    /// <param name="files">All text files of the project by path.</param>
    /// <param name="path">The file that is meant; it must be among them.</param>
    /// <exception cref="SourceRefusedException">The compiler must not see one of them.</exception>
    internal static ProjectCode OfProject(IReadOnlyDictionary<string, string> files, string path)
    {
        var sources = files.Where(file => IsSource(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (file.Key, file.Value)).ToList();
        var definition = files.Where(file => file.Key.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase)).OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => file.Value).FirstOrDefault();
        return Of(sources, path, definition);
    }

    internal static bool IsSource(string path) =>
        path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)
        && !path.Split('/').Any(part => part.Equals("bin", StringComparison.OrdinalIgnoreCase) || part.Equals("obj", StringComparison.OrdinalIgnoreCase));

    private static string[] ImpliedBy(IEnumerable<string> codes)
    {
        var program = codes.FirstOrDefault(CompilerHost.IsProgram);
        return program is null ? [] : program.Contains("WebApplication", StringComparison.Ordinal) ? Web : Console;
    }

    private static string[] ImpliedByProjectFile(string definition)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(definition), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var root = XDocument.Load(reader).Root;
            var wanted = root?.Descendants("ImplicitUsings").LastOrDefault()?.Value.Trim();
            if (!string.Equals(wanted, "enable", StringComparison.OrdinalIgnoreCase) && !string.Equals(wanted, "true", StringComparison.OrdinalIgnoreCase)) return [];
            return root!.Attribute("Sdk")?.Value == "Microsoft.NET.Sdk.Web" ? Web : Console;
        }
        catch (XmlException)
        {
            // Half-written project files are common in an editor; the code is judged without them.
            return [];
        }
    }

    private static ProjectCode Of(List<(string Path, string Text)> files, string path, string? definition)
    {
        if (SourceGuard.WhyNot(files) is { } refused) throw new SourceRefusedException(refused);
        var project = CompilerHost.Own.Open(files, definition is null ? ImpliedBy(files.Select(file => file.Text)) : ImpliedByProjectFile(definition));
        return new ProjectCode(project, project.Documents.First(document => document.FilePath == path));
    }
}
