using System.Text.RegularExpressions;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Careers.Skills;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Skills;

[Trait("kind", "unit")]
public sealed partial class SkillRecogniserTests
{
    private static readonly SkillRecogniser Recogniser = SkillRecogniser.Own;

    // Text | skills that are meant, in order | skills that are denied.
    [Theory]
    [InlineData("Experience with Java", "Java", "")]
    [InlineData("Experience with JavaScript", "JavaScript", "")]
    [InlineData("Java and JavaScript developer", "Java, JavaScript", "")]
    [InlineData("We drink javanese coffee", "", "")]
    [InlineData("platform engineering", "", "")]
    [InlineData("Knowledge of C, C++ and C#", "C, C++, C#", "")]
    [InlineData("C/C++ programming", "C, C++, Software development", "")]
    [InlineData("C++11 and C++/CLI", "C++, C++", "")]
    [InlineData("C# (.NET Core)", "C#, .NET", "")]
    [InlineData("ASP.NET developer", ".NET", "")]
    [InlineData("a C-level executive", "", "")]
    [InlineData("Vitamin C and class C licence", "", "")]
    [InlineData("Temperatures above 4 °C", "", "")]
    [InlineData("Objective-C and Swift", "Objective-C, Swift", "")]
    [InlineData("swift delivery to the customer", "", "")]
    [InlineData("Statistics in R and Python", "Statistics, R, Python", "")]
    [InlineData("R&D budget, R & D team", "", "")]
    [InlineData("Letter from J. R. Smith", "", "")]
    [InlineData("Proficient in R.", "R", "")]
    [InlineData("go to the store", "", "")]
    [InlineData("Go to the store", "", "")]
    [InlineData("Go the extra mile", "", "")]
    [InlineData("Go-to-market plan", "", "")]
    [InlineData("Python, Go and Rust", "Python, Go, Rust", "")]
    [InlineData("Backend services written in Go", "Back end, Go", "")]
    [InlineData("golang", "Go", "")]
    [InlineData("You excel at talking", "", "")]
    [InlineData("Excel at what you do", "", "")]
    [InlineData("Good knowledge of Excel", "Excel", "")]
    [InlineData("Word and Excel skills", "Word, Excel", "")]
    [InlineData("spread the word", "", "")]
    [InlineData("access to the building", "", "")]
    [InlineData("Node.js, Vue.js", "Node.js, Vue", "")]
    [InlineData("I know SQL.Java is next", "SQL, Java", "")]
    [InlineData("The last word is Kubernetes", "Kubernetes", "")]
    [InlineData("k8s", "Kubernetes", "")]
    [InlineData("See https://www.java.com or mail java@docker.com", "", "")]
    [InlineData("MACHINE LEARNING", "Machine learning", "")]
    [InlineData("machine-learning and machine\nlearning", "Machine learning, Machine learning", "")]
    [InlineData("Spring Boot", "Spring", "")]
    [InlineData("next Spring season", "", "")]
    [InlineData("driver's licence", "Driving", "")]
    [InlineData("Driver’s license", "Driving", "")]
    [InlineData("experience with boiler repair and gas fitting", "Boiler repair, Gas fitting", "")]
    [InlineData("no Java needed", "", "Java")]
    [InlineData("Java is not required", "", "Java")]
    [InlineData("Java is not strictly needed", "", "Java")]
    [InlineData("Java isn't required, but Python is", "Python", "Java")]
    [InlineData("Java, Python and C# are not required", "", "Java, Python, C#")]
    [InlineData("No Java or Kotlin required; Python is", "Python", "Java, Kotlin")]
    [InlineData("No Java, just Python", "Python", "Java")]
    [InlineData("Python, no Java needed", "Python", "Java")]
    [InlineData("without any knowledge of Docker", "", "Docker")]
    [InlineData("You don't need Docker", "", "Docker")]
    [InlineData("Python instead of Perl", "Python", "Perl")]
    [InlineData("not only Java but also Kotlin", "Java, Kotlin", "")]
    [InlineData("including but not limited to Java and SQL", "Java, SQL", "")]
    [InlineData("no less than 3 years of Java", "Java", "")]
    [InlineData("No experience? Learn Java with us", "Java", "")]
    [InlineData("If you do not have Java, do not worry", "Java", "")]
    [InlineData("No degree needed. Java is a must", "Java", "")]
    [InlineData("Java - no exceptions", "Java", "")]
    public void Names_are_found_with_their_borders_and_denials(string text, string meant, string denied)
    {
        var found = Recogniser.Read(text);
        string.Join(", ", found.Where(span => !span.Negated).Select(span => span.Skill.Name)).ShouldBe(meant);
        string.Join(", ", found.Where(span => span.Negated).Select(span => span.Skill.Name)).ShouldBe(denied);
    }

    [Theory]
    [InlineData("Go", "Go"), InlineData("R", "R"), InlineData("c", "C"), InlineData("excel", "Excel"), InlineData("C, Go / R", "C,Go,R"), InlineData("Word (advanced)", "Word")]
    public void In_a_list_everyday_words_stand_for_themselves(string text, string expected) =>
        string.Join(',', Recogniser.Read(text, SkillSetting.List).Select(span => span.Skill.Name)).ShouldBe(expected);

    [Theory]
    [InlineData("Knows PostgreSQL well", 6, 10), InlineData("(.NET)", 1, 4), InlineData("ends with Docker", 10, 6), InlineData("SQL.Java", 4, 4)]
    public void A_span_is_where_the_name_stands(string text, int start, int length) =>
        Recogniser.Read(text).ShouldContain(span => span.Start == start && span.Length == length);

    [Fact]
    public void The_list_hangs_together()
    {
        var taxonomy = SkillTaxonomy.Own;
        taxonomy.All.Count.ShouldBeGreaterThan(400);
        taxonomy.All.Select(skill => skill.Id).Distinct().Count().ShouldBe(taxonomy.All.Count);
        foreach (var name in taxonomy.Names) taxonomy.Named(name.Text).ShouldBe(name.Skill, name.Text);
        Skill(taxonomy, "Spring").ShouldSatisfyAllConditions(
            spring => taxonomy.Implies(spring, Skill(taxonomy, "Java")).ShouldBeTrue(),
            spring => taxonomy.Implies(Skill(taxonomy, "Java"), spring).ShouldBeFalse(),
            spring => taxonomy.Close(Skill(taxonomy, "Java"), spring).ShouldBeTrue());
        taxonomy.Implies(Skill(taxonomy, "NestJS"), Skill(taxonomy, "JavaScript")).ShouldBeTrue();
        taxonomy.Close(Skill(taxonomy, "MySQL"), Skill(taxonomy, "PostgreSQL")).ShouldBeTrue();
        taxonomy.Close(Skill(taxonomy, "Plumbing"), Skill(taxonomy, "Java")).ShouldBeFalse();
    }

    [Fact]
    public void The_scan_finds_what_a_plain_search_for_every_name_finds()
    {
        var taxonomy = SkillTaxonomy.Own;
        var names = taxonomy.Names.Where(name => !name.Ambiguous && Plain().IsMatch(name.Text)).ToArray();
        var piece = Gen.Frequency(
            (3, Gen.Elements(names).Select(name => name.Text)),
            (1, Gen.Elements(names).Select(name => name.Text.ToUpperInvariant())),
            (1, Gen.Elements(names).Select(name => name.Text[1..])),
            (1, Gen.Elements(names).Select(name => name.Text + "x")),
            (2, Gen.Elements("we", "need", "the", "qzx", "and", "of", "9", "é")));
        var text = Gen.Zip(piece.ListOf(), Gen.Elements(" ", ", ", "\n", " / ", "; ").ListOf()).Select(pair => string.Concat(pair.Item1.Select((one, at) => one + (at < pair.Item2.Count ? pair.Item2[at] : ", "))));
        Prop.ForAll(text.ToArbitrary(), Agrees).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("Filing é\ncommerce INTERNAL AUDIT")]
    [InlineData("CAFÉ, é-commerce; é")]
    public void The_search_knows_names_without_their_accents_as_the_scan_does(string text) => Agrees(text).ShouldBeTrue();

    private static bool Agrees(string text)
    {
        var words = TextWord.Split(text);
        var found = Recogniser.Scan(text, words).ConvertAll(hit => (words[hit.First].Start, words[hit.Last].End, hit.Name.Skill.Id));
        return found.SequenceEqual(NameSearch.Find(text));
    }

    private static Skill Skill(SkillTaxonomy taxonomy, string name) => taxonomy.Named(name) ?? throw new InvalidOperationException(name);

    [GeneratedRegex("^[A-Za-z]+( [A-Za-z]+)*$")]
    private static partial Regex Plain();
}
