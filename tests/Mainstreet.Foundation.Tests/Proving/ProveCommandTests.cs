using System.CommandLine;
using System.Text.Json;
using System.Xml.Linq;

using Mainstreet.Commands;
using Mainstreet.Foundation.Proving;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

[Trait("kind", "unit")]
public sealed class ProveCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("prove-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task A_proof_that_holds_exits_with_0_and_leaves_report_and_history()
    {
        (await RunAsync("made --target http://one.test,http://two.test --seed 7 --size 3")).ShouldBe(0);
        _output.ToString().ShouldContain("made.kept");
        _output.ToString().ShouldContain("seed 7");
        _output.ToString().ShouldContain("size: 3");
        File.Exists(Path.Combine(_directory, "report.html")).ShouldBeTrue();
        File.Exists(Path.Combine(_directory, "report.jsonl")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_broken_invariant_exits_with_1() => (await RunAsync("broken --target http://one.test")).ShouldBe(1);

    [Theory]
    [InlineData("made")]
    [InlineData("made --target not-an-address")]
    [InlineData("nobody --target http://one.test")]
    [InlineData("made --target http://one.test --size 0")]
    [InlineData("made --target http://one.test --size many")]
    [InlineData("made --target http://one.test --colour 3")]
    [InlineData("unable --target http://one.test")]
    public async Task What_cannot_run_exits_with_2_and_says_why(string line)
    {
        (await RunAsync(line)).ShouldBe(2);
        _error.ToString().ShouldStartWith("prove");
    }

    [Fact]
    public async Task All_names_each_invariant_and_fails_for_a_module_without_one()
    {
        (await RunAsync("all --target http://one.test", modules: ["made", "silent"], proofs: [new Made("made")])).ShouldBe(1);
        _output.ToString().ShouldContain("made.kept");
        _error.ToString().ShouldContain("silent contributes no invariant");
    }

    [Fact]
    public async Task All_ends_with_one_table_of_what_held_what_broke_and_what_was_not_tried()
    {
        (await RunAsync("all --target http://one.test", modules: ["made", "broken", "idle"],
            proofs: [new Made("made"), new Made("broken") { Breaks = true }, new Made("idle") { Idles = true }])).ShouldBe(1);
        var text = _output.ToString();
        text.ShouldContain("3 invariants: 1 held, 1 broken, 1 not exercised");
        text.ShouldMatch(@"made\s+made\.kept\s+held\s+1\s+0");
        text.ShouldMatch(@"broken\s+broken\.kept\s+broken\s+1\s+1");
        text.ShouldMatch(@"idle\s+idle\.kept\s+not exercised\s+0\s+0");
    }

    [Fact]
    public async Task All_goes_on_after_a_proof_that_cannot_run_and_exits_with_2()
    {
        (await RunAsync("all --target http://one.test", modules: ["unable", "made"], proofs: [new Made("unable") { Fails = true }, new Made("made")])).ShouldBe(2);
        _output.ToString().ShouldContain("unable      could not run: The server is away.");
        _output.ToString().ShouldContain("2 invariants: 1 held, 0 broken, 1 not exercised");
    }

    [Fact]
    public async Task Json_and_junit_say_the_same_as_the_table()
    {
        var (json, junit) = (Path.Combine(_directory, "out", "prove.json"), Path.Combine(_directory, "out", "prove.xml"));
        (await RunAsync($"all --target http://one.test --seed 3 --json {json} --junit {junit}", modules: ["made", "broken", "silent"],
            proofs: [new Made("made"), new Made("broken") { Breaks = true }])).ShouldBe(1);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        var root = document.RootElement;
        (root.GetProperty("verdict").GetString(), root.GetProperty("held").GetInt32(), root.GetProperty("broken").GetInt32(), root.GetProperty("seed").GetInt32()).ShouldBe(("broken", 1, 1, 3));
        root.GetProperty("silentModules")[0].GetString().ShouldBe("silent");
        root.GetProperty("proofs")[1].GetProperty("invariants")[0].GetProperty("counterExamples")[0].GetString().ShouldBe("it broke");
        var cases = XDocument.Parse(await File.ReadAllTextAsync(junit, TestContext.Current.CancellationToken)).Descendants("testcase").ToArray();
        cases.Select(c => ((string?)c.Attribute("name"), c.Elements("failure").Any())).ShouldBe([("made.kept", false), ("broken.kept", true), ("silent contributes an invariant", true)]);
    }

    [Fact]
    public async Task An_option_with_a_modules_name_before_it_is_that_modules_alone()
    {
        (await RunAsync("all --target http://one.test --size 2 --other.size 5", modules: ["made", "other"], proofs: [new Made("made"), new Made("other")])).ShouldBe(0);
        _output.ToString().ShouldContain("size: 2");
        _output.ToString().ShouldContain("size: 5");
    }

    [Fact]
    public async Task All_holds_when_every_module_proves_something() =>
        (await RunAsync("all --target http://one.test", modules: ["made", "other"], proofs: [new Made("made"), new Made("other")])).ShouldBe(0);

    private async Task<int> RunAsync(string line, IReadOnlyList<string>? modules = null, IReadOnlyList<IProof>? proofs = null)
    {
        var parts = new ProvingParts(
            modules ?? ["made"], proofs ?? [new Made("made"), new Made("broken") { Breaks = true }, new Made("unable") { Fails = true }], []);
        var root = new RootCommand { ProveCommand.Create(() => parts) };
        return await root.Parse($"prove {line} --report {Path.Combine(_directory, "report.html")}")
            .InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error }, TestContext.Current.CancellationToken);
    }

    private sealed class Made(string name) : IProof
    {
        private static readonly ProofOption Size = new("size", "How big.", 1, 1, 9);

        internal bool Breaks { get; init; }

        internal bool Fails { get; init; }

        internal bool Idles { get; init; }

        public string Name => name;

        public IReadOnlyList<Invariant> Invariants { get; } = [new Invariant($"{name}.kept", "Kept.")];

        public IReadOnlyList<ProofOption> Options { get; } = [Size];

        public Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
        {
            if (Fails) throw new ProofException("The server is away.");
            var verdicts = new Verdicts(Invariants);
            if (!Idles) verdicts.Check(Invariants[0], !Breaks, () => "it broke");
            return Task.FromResult(new ProofReport
            {
                Name = Name, Run = run, StartedAt = DateTimeOffset.UnixEpoch, Took = TimeSpan.Zero, Results = verdicts.Results, Operations = [],
                Figures = [new("size", $"{run.Option(Size)}")],
            });
        }
    }
}
