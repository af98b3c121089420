using Mainstreet.Studio.Sandbox;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

[Trait("kind", "unit")]
public sealed class SandboxRequestTests
{
    private static readonly SandboxOptions Options = new() { MaxFiles = 10, MaxInputBytes = 1_000 };

    [Fact]
    public void Files_that_clash_are_too_many_or_too_large_are_refused()
    {
        Problem([]).ShouldBe("files");
        foreach (var path in (string[])["/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "a\\b", "a\nb"]) Problem([new("b", ""), new(path, "")]).ShouldBe("files[1].path", path);
        Problem([new("a", ""), new("a", "")]).ShouldBe("files[1].path");
        Problem([new("a", ""), new("A", "")]).ShouldBe("files[1].path");
        Problem([new("a", ""), new("a/b", "")]).ShouldBe("files");
        Problem([new("a", new string('x', 1_001))]).ShouldBe("files");
        Problem([.. Enumerable.Range(0, 11).Select(i => new SandboxRequest.FileBody($"{i}", ""))]).ShouldBe("files");
        Problem([new("a", "!", "base64")]).ShouldBe("files[0].content");
        Problem([new("a", "", "utf16")]).ShouldBe("files[0].encoding");
        SandboxRequest.ReadFiles([new("a", "AAH/", "base64"), new("ab/c", "é")], Options).Value!.ShouldSatisfyAllConditions(
            files => files["a"].ShouldBe([0, 1, 255]), files => files["ab/c"].Length.ShouldBe(2));
    }

    [Theory]
    [InlineData("main.py,helper.py", "Python", "main.py")]
    [InlineData("only.py", "Python", "only.py")]
    [InlineData("index.js,site/app.js", "Javascript", "index.js")]
    [InlineData("Program.cs,wwwroot/main.js", "Csharp", "Program.cs")]
    [InlineData("A.cs,B.cs,wwwroot/main.js", "Csharp", null)]
    [InlineData("run.sh", "Shell", "run.sh")]
    [InlineData("index.html,style.css", null, null)]
    public void The_files_speak_for_a_language(string paths, string? language, string? entry)
    {
        var all = paths.Split(',');
        SandboxRequest.LanguageOf(all)?.ToString().ShouldBe(language);
        if (language is not null) SandboxRequest.EntryOf(Enum.Parse<SandboxLanguage>(language), all).ShouldBe(entry);
    }

    [Fact]
    public void Limits_only_go_down()
    {
        var files = new Dictionary<string, byte[]> { ["main.py"] = [] };
        string? Field(SandboxRequest.LimitsBody limits) => SandboxRequest.ToRun(SandboxLanguage.Python, files, null, null, limits, Options).Problem?.Errors!.Keys.Single();
        Field(new(WallMs: 60_001)).ShouldBe("limits.wallMs");
        Field(new(MemoryBytes: 536_870_913)).ShouldBe("limits.memoryBytes");
        Field(new(Processes: 65)).ShouldBe("limits.processes");
        Field(new(OutputBytes: 262_145)).ShouldBe("limits.outputBytes");
        Field(new(60_000, 536_870_912, 64, 262_144)).ShouldBeNull();
        SandboxRequest.ToRun(SandboxLanguage.Python, files, "other.py", null, null, Options).Problem!.Errors!.Keys.ShouldBe(["entry"]);
        SandboxRequest.ToRun(SandboxLanguage.Javascript, files, null, null, null, Options).Problem!.Code.ShouldBe("no_entry");
    }

    private static string? Problem(IReadOnlyList<SandboxRequest.FileBody> files) => SandboxRequest.ReadFiles(files, Options).Problem?.Errors!.Keys.Single();
}
