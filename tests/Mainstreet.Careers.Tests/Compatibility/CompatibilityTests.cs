using System.Globalization;
using System.Text.Json;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;
using Mainstreet.Careers.Tests.Tailoring;
using Mainstreet.Foundation.Web;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Compatibility;

[Trait("kind", "unit")]
public sealed class CompatibilityTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void Each_requirement_is_answered_with_the_words_it_rests_on()
    {
        var life = new Life().Job("Software Engineer", "Northgate Systems", "2018-01", "2024-12", "Built a billing service in Java", "Tuned MySQL queries").Skill("Docker");
        var posting = Life.Posting("Senior Software Engineer", """
            Requirements:
            - 5+ years of Java
            - 10 years of Docker
            - PostgreSQL
            - Kubernetes or Nomad
            Nice to have:
            - Terraform
            No PHP needed.
            """);
        var analysis = Analyse(life, posting);
        State(analysis, "Java").ShouldBe(RequirementState.Met);
        State(analysis, "Docker").ShouldBe(RequirementState.Partly);
        State(analysis, "PostgreSQL").ShouldBe(RequirementState.Partly);
        State(analysis, "Terraform").ShouldBe(RequirementState.Missing);
        analysis.Requirements.ShouldNotContain(answer => answer.Label.Contains("PHP", StringComparison.Ordinal));
        var java = analysis.Requirements.Single(answer => answer.Label == "Java");
        java.Text.ShouldBe("5+ years of Java");
        java.Evidence[0].Quote.ShouldBe("Built a billing service in Java");
        posting.Description.Substring(java.Evidence[0].PostingSpan.Start, java.Evidence[0].PostingSpan.Length).ShouldBe("Java");
        analysis.Requirements.Single(answer => answer.Label == "Terraform").ShouldSatisfyAllConditions(
            answer => answer.Asked.Importance.ShouldBe(Importance.Preferred), answer => answer.Evidence.ShouldBeEmpty());
        analysis.Gaps[^1].Label.ShouldBe("Terraform");
        analysis.Gaps.ShouldAllBe(gap => gap.Steps.Count > 0);
    }

    [Fact]
    public void The_score_is_the_sum_of_its_parts_and_the_unknown_weighs_nothing()
    {
        var crowd = new Crowd(11);
        for (var round = 0; round < 100; round++)
        {
            var analysis = Analyse(crowd.Person(), crowd.Posting());
            analysis.Score.ShouldBe(analysis.Parts.Sum(part => part.Points));
            analysis.Parts.Where(part => part.Known).Sum(part => part.MaxPoints).ShouldBe(100);
            analysis.Parts.Where(part => !part.Known).ShouldAllBe(part => part.Points == 0 && part.Fit == null);
            analysis.Parts.Single(part => part.Name == "pay").Known.ShouldBeFalse();
            analysis.Score.ShouldBeInRange(0, 100);
        }
    }

    [Fact]
    public void Weights_are_what_the_caller_says()
    {
        var life = new Life().Job("Cook", "Riverside Bakery", "2020-01", "2024-01", "Baked bread").Skill("Baking");
        var posting = Life.Posting("Head of Kitchen", "Must have: baking");
        var onlySkills = Analyse(life, posting, new AnalysisWeights(1, 0, 0, 0, 0, 0, 0));
        var onlySeniority = Analyse(life, posting, new AnalysisWeights(0, 0, 1, 0, 0, 0, 0));
        onlySkills.Score.ShouldBe(100);
        onlySeniority.Score.ShouldBeLessThan(30);
        new AnalysisWeights(0, 0, 0, 0, 0, 0, 0).Valid.ShouldBeFalse();
    }

    [Fact]
    public void The_same_input_gives_the_same_answer()
    {
        var first = Everything(3);
        Everything(3).ShouldBe(first);
        Parallel.For(0, 8, _ => Everything(3).ShouldBe(first));
        // Replicas may run in different locales.
        var own = CultureInfo.CurrentCulture;
        try
        {
            foreach (var name in new[] { "de-DE", "tr-TR", "ar-SA", "th-TH" })
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
                Everything(3).ShouldBe(first, name);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = own;
        }
    }

    [Fact]
    public void A_required_skill_more_never_lowers_the_score()
    {
        var crowd = new Crowd(20261122);
        for (var round = 0; round < 400; round++)
        {
            var life = crowd.Person();
            var posting = crowd.Posting();
            var before = Analyse(life, posting);
            foreach (var skill in before.Requirements.SelectMany(answer => answer.Asked.AnyOf).Distinct())
            {
                var more = new Fact("skill-more", FactKind.Skill, skill.Name, "$.skills[99].name");
                var after = Analyse([.. life.Facts, more], posting);
                after.Score.ShouldBeGreaterThanOrEqualTo(before.Score, $"{skill.Name} for {posting.Title}");
                after.Requirements.Zip(before.Requirements).ShouldAllBe(pair => pair.First.Credit >= pair.Second.Credit);
            }
        }
    }

    [Theory]
    [InlineData("At least 10 years of experience in a similar role", "2024-01", "Missed")]
    [InlineData("At least 10 years of experience in a similar role", "2010-01", "Passed")]
    [InlineData("We have been in business for 30 years. You must be 18 years old.", "2024-01", null)]
    public void Years_far_short_shut_the_door_without_changing_the_number(string words, string from, string? expected)
    {
        var life = new Life().Job("Plumber", "Oak & Sons", from, null, "Repaired boilers");
        var analysis = Analyse(life, Life.Posting("Plumber", words + "\nMust know plumbing."));
        analysis.HardFilters.SingleOrDefault(filter => filter.Name == "years")?.State.ToString().ShouldBe(expected);
        analysis.HardFilters.Any(filter => filter.Name == "years").ShouldBe(expected is not null);
        if (expected == "Missed") analysis.Verdict.ShouldBeOneOf(Verdict.StretchGoal, Verdict.Skip);
    }

    [Fact]
    public void What_nobody_knows_neither_raises_nor_lowers()
    {
        var life = new Life().Skill("Plumbing");
        var posting = Life.Posting("Plumber", "Must know plumbing.", place: "Pune, IN");
        var unknown = Analyse(life, posting);
        unknown.Parts.Single(part => part.Name == "place").Known.ShouldBeFalse();
        unknown.Score.ShouldBe(100);
        Analyse(life, Life.Posting("Help", "Come and see us.")).ShouldSatisfyAllConditions(
            nothing => nothing.KnownShare.ShouldBe(0), nothing => nothing.Score.ShouldBe(0), nothing => nothing.Verdict.ShouldBe(Verdict.StretchGoal));
        Analyse(life, posting, wishes: new CandidateWishes(Place: "Lisbon, PT")).ShouldSatisfyAllConditions(
            far => far.Parts.Single(part => part.Name == "place").Fit.ShouldBe(0), far => far.HardFilters.Single(filter => filter.Name == "place").State.ShouldBe(FilterState.Missed));
    }

    [Theory]
    [InlineData("Bachelor's degree in Computer Science required", "Bachelor of Science, Physics", "Met")]
    [InlineData("Master's degree required", "Bachelor of Science, Physics", "Partly")]
    [InlineData("PhD required", "Diploma", "Partly")]
    [InlineData("Bachelor's or Master's degree", "BSc, Biology", "Met")]
    public void Degrees_are_compared_by_level(string words, string degree, string expected) =>
        Analyse(new Life().Study(degree, "Westbrook College", "2010-09", "2014-06"), Life.Posting("Clerk", words))
            .Requirements.Single(answer => answer.Asked.Kind == RequirementKind.Degree).State.ToString().ShouldBe(expected);

    [Fact]
    public void Ten_thousand_postings_take_no_unreasonable_time()
    {
        // The figure is the benchmark's; here only that the whole path stands at size.
        var crowd = new Crowd(5);
        var life = crowd.Person();
        var candidate = new Candidate(life.Facts, CandidateWishes.None, Today, SkillRecogniser.Own);
        var scores = Enumerable.Range(0, 200).Select(_ => CompatibilityAnalyser.Own.Analyse(candidate, crowd.Posting()).Score).ToList();
        scores.Distinct().Count().ShouldBeGreaterThan(3);
    }

    private static string Everything(int seed)
    {
        var crowd = new Crowd(seed);
        var lines = new List<string>();
        for (var round = 0; round < 20; round++)
        {
            var analysis = Analyse(crowd.Person(), crowd.Posting());
            lines.Add(JsonSerializer.Serialize(AnalyzeGap.Response.From(analysis), Json.Wire));
        }
        return string.Join('\n', lines);
    }

    private static RequirementState State(Analysis analysis, string label) => analysis.Requirements.Single(answer => answer.Label == label).State;

    private static Analysis Analyse(Life life, PostingText posting, AnalysisWeights? weights = null, CandidateWishes? wishes = null) => Analyse(life.Facts, posting, weights, wishes);

    private static Analysis Analyse(IReadOnlyList<Fact> facts, PostingText posting, AnalysisWeights? weights = null, CandidateWishes? wishes = null) =>
        CompatibilityAnalyser.Own.Analyse(new Candidate(facts, wishes ?? CandidateWishes.None, Today, SkillRecogniser.Own), posting, weights);
}
