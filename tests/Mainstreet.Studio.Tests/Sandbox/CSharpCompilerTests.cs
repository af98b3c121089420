using System.Text;

using Mainstreet.Studio.Sandbox;
using Mainstreet.Studio.Sandbox.Languages;

using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

[Trait("kind", "unit")]
public sealed class CSharpCompilerTests : IDisposable
{
    private readonly CSharpCompiler _compiler = new(Options.Create(new SandboxOptions { LongestCompile = TimeSpan.FromMinutes(1), MaxSourceBytes = 2_000_000 }), TimeProvider.System);

    [Fact]
    public async Task Errors_come_with_their_places()
    {
        var program = await CompileAsync("int x = \"a\";\nx.Foo();");
        program.Files.ShouldBeNull();
        program.Errors.ShouldContain("Program.cs(1,9): error CS0029");
    }

    [Fact]
    public async Task Several_files_are_one_program() =>
        (await CompileAsync("Console.WriteLine(Sums.Add(1, 2));", ("Sums.cs", "static class Sums { internal static int Add(int a, int b) => a + b; }"))).Files!.Keys.ShouldBe([CSharpProgram.ProgramFile, CSharpProgram.RuntimeFile], ignoreOrder: true);

    [Fact]
    public async Task Nothing_of_the_machine_gets_into_the_program()
    {
        using var key = new SecretFile("the server's secret key");
        var program = await CompileAsync($"""
            [assembly: System.Reflection.AssemblyKeyFile("{key.Path}")]
            [assembly: System.Reflection.AssemblyVersion("1.0.0.0")]
            /// <include file='{key.Path}' path='x'/>
            class Program {"{ static void Main() { } }"}
            """);
        program.Errors.ShouldNotContain("secret");
        if (program.Files is { } files) Encoding.UTF8.GetString(files[CSharpProgram.ProgramFile]).ShouldNotContain("secret key");
        (await CompileAsync($"#r \"{key.Path}\"\n#load \"{key.Path}\"\nConsole.WriteLine();")).Files.ShouldBeNull();
    }

    [Fact]
    public async Task Sources_that_nest_too_deep_are_an_error()
    {
        foreach (var (open, close) in new[] { ("(", ")"), ("new[]{", "}"), ("-", ""), ("{", "}") })
        {
            var deep = string.Concat(Enumerable.Repeat(open, 60_000));
            (await CompileAsync($"var x = {deep}1{string.Concat(Enumerable.Repeat(close, 60_000))};")).Files.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Lambdas_that_multiply_are_refused()
    {
        // Each lambda may be meant in several ways, and they multiply.
        var slow = new StringBuilder("class P { static void M(Func<int,int> f) { } static void M(Func<int,long> f) { } static void M(Func<int,string> f) { } static void M(Action<int> f) { } static void Main() { ");
        for (var i = 0; i < 14; i++) slow.Append("M(x").Append(i).Append(" => ");
        slow.Append("x0.Foo()").Append(string.Concat(Enumerable.Repeat(")", 14))).Append("; } }");
        (await CompileAsync(slow.ToString())).ShouldSatisfyAllConditions(p => p.Files.ShouldBeNull(), p => p.Errors.ShouldContain("lambdas nest too deep"));
    }

    [Fact]
    public async Task A_compiler_that_does_not_stop_is_left_behind_and_bounded()
    {
        var hasty = new SandboxOptions { LongestCompile = TimeSpan.FromTicks(1) };
        using var compiler = new CSharpCompiler(Options.Create(hasty), TimeProvider.System);
        var much = new Dictionary<string, byte[]> { ["Program.cs"] = Encoding.UTF8.GetBytes("Console.WriteLine(1);") };
        (await compiler.CompileAsync(much, CancellationToken.None)).Value!.Errors.ShouldContain("takes too long");
    }

    [Fact]
    public async Task Cancelled_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_compiler.CompileAsync(new Dictionary<string, byte[]> { ["a.cs"] = [] }, stop.Token));
    }

    public void Dispose() => _compiler.Dispose();

    private async Task<CSharpProgram> CompileAsync(string code, params (string Path, string Content)[] more) => (await _compiler.CompileAsync(
        more.Prepend(("Program.cs", code)).ToDictionary(f => f.Item1, f => Encoding.UTF8.GetBytes(f.Item2)), CancellationToken.None)).Value!;

    private sealed class SecretFile : IDisposable
    {
        internal SecretFile(string text) => File.WriteAllText(Path, text);

        internal string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
