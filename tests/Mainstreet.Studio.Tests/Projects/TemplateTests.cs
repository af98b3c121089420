using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using System.Text.RegularExpressions;

using Mainstreet.Studio.Projects;
using Mainstreet.Studio.Projects.Templates;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Projects;

[Trait("kind", "unit")]
public sealed partial class TemplateTests
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading;
        global using System.Threading.Tasks; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        """;

    public static TheoryData<string> Names => [.. TemplateShelf.All.Select(t => t.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_template_is_a_tree_whose_pages_name_only_files_that_are_there(string template)
    {
        var files = Files(template);
        ProjectTree.Clash(files.Keys).ShouldBeNull();
        files.Keys.ShouldAllBe(p => ProjectPath.Fault(p) == null);
        foreach (var (path, text) in files)
        {
            var named = Path.GetExtension(path) switch { ".html" => References().Matches(text), ".js" => Imports().Matches(text), _ => null };
            foreach (var reference in named?.Select(m => m.Groups[1].Value) ?? []) files.Keys.ShouldContain(reference.Replace("./", "", StringComparison.Ordinal), path);
            // The sites' own headers let neither inline scripts nor inline styles run.
            if (path.EndsWith(".html", StringComparison.Ordinal)) InlineCode().IsMatch(text).ShouldBeFalse(path);
        }
    }

    [Fact]
    public void The_C_sharp_template_compiles_without_warnings_and_its_checks_hold()
    {
        var trees = Files("csharp-api").Where(f => f.Key.EndsWith(".cs", StringComparison.Ordinal)).Select(f => f.Value).Append(ImplicitUsings).Select(t => CSharpSyntaxTree.ParseText(t));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => (MetadataReference)MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create("Api", trees, references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id is not ("CS1701" or "CS1702")).ShouldBeEmpty();
        image.Position = 0;
        var checks = new AssemblyLoadContext("template", isCollectible: true).LoadFromStream(image).GetType("Api.Checks")!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!;
        using var output = new StringWriter();
        checks.Invoke(null, [output]).ShouldBe(0, output.ToString());
    }

    private static Dictionary<string, string> Files(string template) =>
        TemplateShelf.Fill(template, new TemplateValues("It's \"mine\" \\ <b>", "https://street.example", null)).Value!.ToDictionary(f => f.Path, f => Encoding.UTF8.GetString(f.Content!.Bytes!));

    [GeneratedRegex("(?:src|href)=\"([a-z][^\":]*)\"")]
    private static partial Regex References();

    [GeneratedRegex("from '(\\./[^']+)'")]
    private static partial Regex Imports();

    [GeneratedRegex("<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=")]
    private static partial Regex InlineCode();
}
