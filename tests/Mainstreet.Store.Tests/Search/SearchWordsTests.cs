using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Searching;
using Mainstreet.Store.Search;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Search;

[Trait("kind", "unit")]
public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("Kellogg's Corn-Flakes 500g", "kelloggs corn flakes 500g")]
    [InlineData("Crème FRAÎCHE", "creme fraiche")]
    [InlineData("  आलू टिक्की ", "आलू टिक्की")]
    [InlineData("Ｆｕｌｌ ｗｉｄｔｈ ﬁne", "full width fine")]
    [InlineData("a'b' 'c d’e", "ab c de")]
    [InlineData("!?% &", "")]
    [InlineData(null, "")]
    public void Text_is_cut_into_folded_words(string? text, string key) => SearchWords.Key(text).ShouldBe(SearchWords.Key(key).Length == 0 ? key : key.Normalize(System.Text.NormalizationForm.FormKD).Replace("\u0301", "", StringComparison.Ordinal));

    [Theory]
    [InlineData("almonds", "almond"), InlineData("cookies", "cooky"), InlineData("cookie", "cooky"), InlineData("berries", "berry"), InlineData("potatoes", "potato")]
    [InlineData("boxes", "box"), InlineData("dishes", "dish"), InlineData("glass", "glass"), InlineData("asparagus", "asparagus"), InlineData("oats", "oat")]
    [InlineData("gas", "gas"), InlineData("pies", "pie"), InlineData("pie", "pie"), InlineData("500g", "500g"), InlineData("आलू", "आलू"), InlineData("tomatoes", "tomato")]
    public void Plurals_and_singulars_have_one_stem(string word, string stem) => SearchWords.Stem(word).ShouldBe(stem);

    [Fact]
    public void Words_stand_where_they_say_and_hold_no_mark_space_or_capital() => Prop.ForAll<string>(text =>
    {
        text ??= "";
        var end = 0;
        foreach (var word in SearchWords.In(text))
        {
            word.Start.ShouldBeGreaterThanOrEqualTo(end);
            end = word.Start + word.Length;
            end.ShouldBeLessThanOrEqualTo(text.Length);
            word.Text.ShouldNotBeEmpty();
            word.Text.ShouldAllBe(c => !char.IsWhiteSpace(c) && c != SearchWords.NameMark && c != '\'' && c != '"' && c != '\\');
            word.Text.ToLowerInvariant().ShouldBe(word.Text);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Distances_are_those_of_the_plain_recursion()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var (a, b) = (Text(random), Text(random));
            var most = random.Next(1, 4);
            Spelling.Distance(a, b, isBeginning: false, most).ShouldBe(Math.Min(most + 1, Slow(a, b)), $"{a} {b}");
            Spelling.Distance(a, b, isBeginning: true, most).ShouldBe(Math.Min(most + 1, Enumerable.Range(0, b.Length + 1).Min(n => Slow(a, b[..n]))), $"{a} {b}*");
            foreach (var isBeginning in new[] { false, true })
            {
                // Letters alone rule out no word that is near.
                if (Spelling.Distance(a, b, isBeginning, most) <= most) Spelling.MayBe(Spelling.LettersOf(a), Spelling.LettersOf(b), isBeginning, most).ShouldBeTrue($"{a} {b}");
            }
        }

        static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => (char)('a' + random.Next(3))));
    }

    [Fact]
    public void Short_words_and_numbers_are_taken_as_they_are()
    {
        Rank("ric", "rice").ShouldBeEmpty();
        Rank("1234", "1235").ShouldBeEmpty();
        Rank("basmti", "basmati", "basmata", "masti").ShouldBe(["basmati"]);
        Rank("buttr", "cuttr", "butter", "buttor").ShouldBe(["butter", "buttor", "cuttr"]);
        Rank("cualiflower", "caulflower", "cauliflower").ShouldBe(["cauliflower", "caulflower"]);

        static IEnumerable<string> Rank(string typed, params string[] words) => Spelling.Rank(typed, false, words).Select(c => c.Word);
    }

    /// <summary>Optimal string alignment, as its definition reads.</summary>
    private static int Slow(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
