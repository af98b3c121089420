using System.Globalization;

using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Tests.Assistant.Corpus;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

[Trait("kind", "unit")]
public sealed class MendingTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_100_broken_files_at_least_60_are_mended_and_none_gets_a_new_error()
    {
        var files = await BrokenFiles.MakeAsync(100, Cancel);
        files.Count.ShouldBe(100);
        files.Select(file => file.Kind).Distinct().Count().ShouldBeGreaterThanOrEqualTo(10);

        var mended = new Dictionary<string, (int Mended, int Compiles, int All)>();
        var newIds = new List<string>();
        foreach (var file in files)
        {
            var before = (await CodeErrors.OfAsync(ProjectCode.OfSnippet(file.Code).Project, Cancel)).Select(e => e.Id).ToHashSet();
            var result = await CSharpFixer.FixAsync(ProjectCode.OfSnippet(file.Code), Cancel);
            var text = result.Changed.GetValueOrDefault(ProjectCode.Snippet, file.Code);
            // Judged afresh, not by what the fixer says of itself.
            var after = await CodeErrors.OfAsync(ProjectCode.OfSnippet(text).Project, Cancel);
            newIds.AddRange(after.Select(e => e.Id).Where(id => !before.Contains(id)).Select(id => $"{file.Kind} in {file.Seed}: {id}"));
            var answer = after.Length == 0 ? await Behaviour.OfAsync(text, Cancel) : "";
            var good = after.Length == 0 && answer == await Behaviour.OfAsync(file.Original, Cancel);
            var (m, c, a) = mended.GetValueOrDefault(file.Kind);
            mended[file.Kind] = (m + (good ? 1 : 0), c + (after.Length == 0 ? 1 : 0), a + 1);
            if (!good) output.WriteLine($"not mended: {file.Kind} in {file.Seed}: {string.Join(" | ", after.Select(CodeError.Of).Take(2))}{(after.Length == 0 ? "compiles, answers " + answer : "")} after {string.Join(", ", result.Steps.Select(s => s.Title))}{(file.Kind == "closing brace too much" ? "\n" + file.Code : "")}");
        }

        foreach (var (kind, (m, c, a)) in mended) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {m} of {a} mended, {c} compile"));
        output.WriteLine($"mended: {mended.Values.Sum(v => v.Mended)} of {files.Count}");
        newIds.ShouldBeEmpty();
        mended.Values.Sum(v => v.Mended).ShouldBeGreaterThanOrEqualTo(60);
    }

    [Fact]
    public async Task Every_seed_compiles_and_answers()
    {
        foreach (var (name, code) in Seeds.Every) (await Behaviour.OfAsync(code, Cancel)).ShouldNotStartWith("[", Case.Sensitive, name);
    }

    [Fact]
    public async Task A_file_without_an_error_stays_as_it_is()
    {
        var result = await CSharpFixer.FixAsync(ProjectCode.OfSnippet(Seeds.Every[0].Code), Cancel);
        result.Changed.ShouldBeEmpty();
        result.Before.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_error_in_another_file_of_the_project_is_mended_there()
    {
        var files = new Dictionary<string, string>
        {
            ["Shop.cs"] = "public class Shop\n{\n    private int Open() { return 9; }\n}\n",
            ["Program.cs"] = "public class Program\n{\n    public static string Run() { return new Shop().Open().ToString(); }\n}\n",
        };
        var result = await CSharpFixer.FixAsync(ProjectCode.OfProject(files, "Program.cs"), Cancel);
        result.After.ShouldBeEmpty();
        result.Changed.Keys.ShouldBe(["Shop.cs"]);
        result.Changed["Shop.cs"].ShouldContain("internal int Open()");
    }
}
