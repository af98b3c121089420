using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;

using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Projects.Templates;

/// <summary>What stands in a template's place holders.</summary>
/// <param name="Name">The project's name, for <c>{{name}}</c>.</param>
/// <param name="Api">Where the API is, without a slash at the end, for <c>{{api}}</c>.</param>
/// <param name="BusinessId">The owner's business, for <c>{{business}}</c>; without one it is empty.</param>
internal sealed record TemplateValues(string Name, string Api, Guid? BusinessId);

/// <summary>The house's own templates: files embedded in this assembly, with three place holders that are written as each kind of file needs them.</summary>
internal sealed class TemplateShelf(IOptions<StudioOptions> options)
{
    private static readonly FrozenDictionary<string, IReadOnlyList<(string Path, byte[] Content)>> Contents = Load();

    internal static IReadOnlyList<ProjectTemplate> All { get; } =
    [
        new("blank", "Blank site", "One page, a style sheet and a script to begin with.", "html"),
        new("storefront", "Storefront", "The shop's products with search and a basket, on the Store API.", "html"),
        new("booking", "Booking page", "What the business does and a form that hands a request over to Trades.", "html"),
        new("cv", "CV page", "A CV from a JSON Resume, as published in Careers or in a file of the project.", "html"),
        new("csharp-api", "C# API", "A small HTTP API with its rules apart and checks of them, in C#.", "csharp"),
    ];

    /// <summary>Where browsers find this server: as configured, else as the request names it.</summary>
    internal string AddressOf(HttpRequest request) => (options.Value.PublicUrl ?? $"{request.Scheme}://{request.Host}").TrimEnd('/');

    /// <summary>The template's files, in ordinal order of their paths. Errors: template_unknown.</summary>
    internal static Outcome<List<FileEdit>> Fill(string template, TemplateValues values)
    {
        if (!Contents.TryGetValue(template, out var files))
            return ProjectProblems.TemplateUnknown with { Errors = new Dictionary<string, string[]> { ["template"] = [$"must be one of {string.Join(", ", All.Select(t => t.Name))}"] } };
        return files.Select(f => new FileEdit(f.Path, FileContent.Of(Fill(f.Path, f.Content, values)))).ToList();
    }

    private static byte[] Fill(string path, byte[] content, TemplateValues values)
    {
        Func<string, string> write = Path.GetExtension(path) switch
        {
            ".html" => HtmlEncoder.Default.Encode,
            ".js" or ".json" or ".cs" => text => JavaScriptEncoder.Default.Encode(text),
            ".css" => _ => "",
            _ => text => text,
        };
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content)
            .Replace("{{api}}", write(values.Api), StringComparison.Ordinal)
            .Replace("{{business}}", write(values.BusinessId?.ToString() ?? ""), StringComparison.Ordinal)
            .Replace("{{name}}", write(values.Name), StringComparison.Ordinal));
    }

    /// <summary>Resources are named <c>Templates/{template}/files/{path}</c>.</summary>
    private static FrozenDictionary<string, IReadOnlyList<(string Path, byte[] Content)>> Load()
    {
        const string Root = "Templates/";
        const string Files = "/files/";
        var assembly = typeof(TemplateShelf).Assembly;
        var found = new Dictionary<string, List<(string Path, byte[] Content)>>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Select(n => (Name: n, At: n.Replace('\\', '/'))).Where(n => n.At.StartsWith(Root, StringComparison.Ordinal)))
        {
            var cut = resource.At.IndexOf(Files, StringComparison.Ordinal);
            using var stream = assembly.GetManifestResourceStream(resource.Name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var template = resource.At[Root.Length..cut];
            if (!found.TryGetValue(template, out var files)) found[template] = files = [];
            files.Add((resource.At[(cut + Files.Length)..], content));
        }

        return found.ToFrozenDictionary(f => f.Key, f => (IReadOnlyList<(string, byte[])>)[.. f.Value.OrderBy(x => x.Path, StringComparer.Ordinal)], StringComparer.Ordinal);
    }
}
