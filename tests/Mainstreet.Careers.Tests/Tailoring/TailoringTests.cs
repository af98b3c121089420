using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Skills;
using Mainstreet.Careers.Tailoring;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Tailoring;

[Trait("kind", "unit")]
public sealed class TailoringTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly SkillRecogniser Recogniser = SkillRecogniser.Own;

    private static readonly Life Mina = new Life()
        .Job("Assistant Shop Manager", "Harbour Foods", "2019-03", "2022-02", "Trained 12 staff and managed stock of 40 pallets", "Helped run the till for almost 300 customers a day", "Cut waste by 20 % in 6 months")
        .Job("Software Engineer", "Northgate Systems", "2022-03", null, "Built a billing service in Java", "Did not manage people")
        .Skill("Java", "Stock control").Study("Bachelor of Science, Biology", "Harlow University", "2012-09", "2016-06");

    [Theory]
    // True, in one wording or another.
    [InlineData("Trained 12 staff", 1, null)]
    [InlineData("Managed stock of 40 pallets and trained 12 staff.", 1, null)]
    [InlineData("As Assistant Shop Manager at Harbour Foods, I trained 12 staff", 1, null)]
    [InlineData("At Harbour Foods (2019–2022): managed stock of forty pallets", 1, null)]
    [InlineData("Assistant Shop Manager, Harbour Foods, Mar 2019 – Feb 2022", 0, null)]
    [InlineData("Software Engineer at Northgate Systems since 2022", 4, null)]
    [InlineData("Developed a billing service in Java", 5, null)]
    [InlineData("Reduced waste by 20 percent in six months", 3, null)]
    [InlineData("Helped run the till for almost 300 customers", 2, null)]
    [InlineData("Did not manage people", 6, null)]
    [InlineData("Software Engineer with 4 years of experience.", 4, null)]
    // Not true.
    [InlineData("Trained 13 staff", 1, "unsupported")]
    [InlineData("Trained 40 staff", 1, "unsupported")]
    [InlineData("Managed 12 staff", 1, "unsupported")]
    [InlineData("Shop Manager, Harbour Foods", 0, "unsupported")]
    [InlineData("Assistant Shop Manager, Harbour Foods, Mar 2018 – Feb 2022", 0, "date")]
    [InlineData("Assistant Shop Manager, Harbour Foods, Mar 2019 – present", 0, "date")]
    [InlineData("Software Engineer at Harbour Foods", 4, "mixed")]
    [InlineData("At Northgate Systems: trained 12 staff", 1, "mixed")]
    [InlineData("Ran the till for almost 300 customers", 2, "unsupported")]
    [InlineData("Helped run the till for 300 customers", 2, "unsupported")]
    [InlineData("Managed people", 6, "unsupported")]
    [InlineData("Built a billing service in Java and Kotlin", 5, "unsupported")]
    [InlineData("Built a billing service in Java for Google", 5, "unsupported")]
    [InlineData("Built an award-winning billing service in Java", 5, "unsupported")]
    [InlineData("Led the build of a billing service in Java", 5, "unsupported")]
    [InlineData("Cut waste by 20 customers in 6 months", 3, "unsupported")]
    [InlineData("Cut waste by 6 % in 20 months", 3, "unsupported")]
    [InlineData("Software Engineer with 5 years of experience.", 4, "unsupported")]
    [InlineData("Master of Science, Biology, Harlow University", 9, "unsupported")]
    [InlineData("Built a billing service in J\u0430va", 5, "hidden_text")]
    [InlineData("Built a billing\u200b service in Java", 5, "hidden_text")]
    [InlineData("Trained 12 staff", 5, "unsupported")]
    public void A_line_lives_by_what_its_facts_say(string text, int fact, string? code)
    {
        var block = DocumentBlock.Of("work", text, Mina.Facts[fact].Id);
        new ClaimValidator(Recogniser, Today).Check(block, new FactBook(Mina.Facts, Recogniser))?.Code.ShouldBe(code);
        (new ClaimValidator(Recogniser, Today).Check(block, new FactBook(Mina.Facts, Recogniser)) is null).ShouldBe(code is null);
    }

    [Fact]
    public void Every_line_of_a_resume_rests_on_facts_and_no_job_is_left_out()
    {
        var crowd = new Crowd(99);
        for (var round = 0; round < 50; round++)
        {
            var life = crowd.Person();
            var book = new FactBook(life.Facts, Recogniser);
            var posting = crowd.Posting();
            var document = new ResumeComposer(Recogniser, Today).Tailor(book, posting, Analyse(life, posting));
            document.Blocks.ShouldAllBe(block => block.FactIds.Count > 0);
            document.Blocks.Select(block => block.Id).Distinct().Count().ShouldBe(document.Blocks.Count);
            var cited = document.Blocks.SelectMany(block => block.FactIds).ToHashSet();
            life.Facts.Where(fact => fact.Kind == Mainstreet.Careers.Profiles.FactKind.Work).ShouldAllBe(fact => cited.Contains(fact.Id));
        }
    }

    [Fact]
    public void Changes_are_seen_and_taken_back_one_by_one()
    {
        var posting = Life.Posting("Stock Clerk", "Must have stock control.");
        var book = new FactBook(Mina.Facts, Recogniser);
        var composer = new ResumeComposer(Recogniser, Today);
        var before = composer.Base(book);
        var after = composer.Tailor(book, posting, Analyse(Mina, posting));
        var changes = DocumentDiff.Between(before, after);
        changes.ShouldContain(change => change.Change == BlockChange.Moved || change.Change == BlockChange.Removed || change.Change == BlockChange.Added);

        var all = changes.Where(change => change.Change != BlockChange.Same).Select(change => change.BlockId).ToHashSet();
        DocumentDiff.Revert(before, after, all).Blocks.Select(block => block.Text).ShouldBe(before.Blocks.Select(block => block.Text));
        DocumentDiff.Revert(before, after, new HashSet<string>()).Blocks.ShouldBe(after.Blocks);
        foreach (var change in changes.Where(change => change.Change != BlockChange.Same))
        {
            var once = DocumentDiff.Revert(before, after, new HashSet<string> { change.BlockId });
            once.Blocks.Any(block => block.Id == change.BlockId).ShouldBe(change.Before is not null);
            once.Blocks.Count(block => block.Id == change.BlockId).ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Fact]
    public void A_letter_proves_twice_and_says_what_is_missing()
    {
        var posting = Life.Posting("Java Developer", "Requirements:\n- Java\n- Kotlin", "Corner House");
        var letter = new LetterComposer(Recogniser, Today).Compose(new FactBook(Mina.Facts, Recogniser), posting, Analyse(Mina, posting));
        letter.Blocks.Select(block => block.Section).ShouldBe(["greeting", "hook", "proof", "proof", "gap", "close"]);
        letter.Blocks[1].Text.ShouldBe("I am applying for the position of Java Developer at Corner House.");
        letter.Blocks[2].Text.ShouldBe("As Software Engineer at Northgate Systems, I built a billing service in Java");
        letter.Blocks[4].Text.ShouldBe("Kotlin would be new to me; the nearest to it that I can show is Java.");
        letter.Blocks.Where(block => block.Section is "proof" or "gap").ShouldAllBe(block => block.FactIds.Count > 0);
    }

    [Fact]
    public void Keywords_are_counted_and_never_written_in()
    {
        var posting = Life.Posting("Clerk", "Requirements:\n- Stock control\n- Kotlin");
        var analysis = Analyse(Mina, posting);
        var document = new ResumeComposer(Recogniser, Today).Tailor(new FactBook(Mina.Facts, Recogniser), posting, analysis);
        var report = KeywordReport.Of(document, analysis, new Candidate(Mina.Facts, CandidateWishes.None, Today, Recogniser), Recogniser);
        report.Keywords.Single(one => one.Name == "Stock control").Place.ShouldBe(KeywordPlace.InDocument);
        report.Keywords.Single(one => one.Name == "Kotlin").Place.ShouldBe(KeywordPlace.Nowhere);
        report.Coverage.ShouldBe(0.5m);
        report.Reachable.ShouldBe(0.5m);
        InterviewQuestion.For(analysis).ShouldContain(question => question.Question.Contains("Kotlin", StringComparison.Ordinal) && question.FactIds.Count > 0);
    }

    private static Analysis Analyse(Life life, PostingText posting) =>
        CompatibilityAnalyser.Own.Analyse(new Candidate(life.Facts, CandidateWishes.None, Today, Recogniser), posting);
}
