using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Careers.Jobs.Reading;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Jobs;

[Trait("kind", "unit")]
public sealed class ReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Bangalore, Karnataka, India", "Bengaluru, Karnataka, IN")]
    [InlineData("Pune, IN", "Pune, Maharashtra, IN")]
    [InlineData("Bengaluru", "Bengaluru")]
    [InlineData("Austin, TX", "Austin, Texas, US")]
    [InlineData("Hudson, NY, USA", "Hudson, New York State, US")]
    [InlineData("NYC", "New York")]
    [InlineData("New York, NY", "New York, New York State, US")]
    [InlineData("Brooklyn, New York, NY", "New York, New York State, US")]
    [InlineData("San Francisco, CA", "San Francisco, California, US")]
    [InlineData("Toronto, CA", "Toronto, Ontario, CA")]
    [InlineData("Springfield, GA", "Springfield, Georgia, US")]
    [InlineData("Leipzig, DE", "Leipzig")]
    [InlineData("Munich, DE", "Munich, Bavaria, DE")]
    [InlineData("München, Germany", "Munich, Bavaria, DE")]
    [InlineData("London, UK", "London, England, GB")]
    [InlineData("London (Hybrid)", "London")]
    [InlineData("Atlanta, Georgia", "Atlanta, Georgia, US")]
    [InlineData("Paris, TX", "Paris, Texas, US")]
    [InlineData("Paris, France", "Paris, FR")]
    [InlineData("Remote - US", "US")]
    [InlineData("Remote, Germany", "DE")]
    [InlineData("Karnataka", "Karnataka, IN")]
    [InlineData("Remote", "")]
    [InlineData("Anywhere", "")]
    [InlineData("London; Paris, France / Berlin", "London | Paris, FR | Berlin")]
    [InlineData("HSR Layout, Bengaluru, Karnataka 560102, India", "Bengaluru, Karnataka, IN")]
    [InlineData("10115 Berlin, Germany", "Berlin, DE")]
    [InlineData("", "")]
    [InlineData("\u0000\u202Eevil|place", "evil | place")]
    public void Places_are_read_and_nothing_is_guessed(string text, string expected) => string.Join(" | ", PlaceReader.Read(text).Select(p => p.Text)).ShouldBe(expected);

    [Theory]
    [InlineData("£25,000 - £30,000 per year", null, "2500000-3000000 GBP Year")]
    [InlineData("$18–22/hr", "US", "1800-2200 USD Hour")]
    [InlineData("$18–22/hr", null, null)]
    [InlineData("$17.50 per hour", "CA", "1750-1750 CAD Hour")]
    [InlineData("₹3,00,000 - ₹5,00,000 p.a.", null, "30000000-50000000 INR Year")]
    [InlineData("6-8 LPA", "IN", "60000000-80000000 INR Year")]
    [InlineData("EUR 45k yearly", null, "4500000-4500000 EUR Year")]
    [InlineData("USD 120-150k per annum", null, "12000000-15000000 USD Year")]
    [InlineData("€2.500 monthly", null, "250000-250000 EUR Month")]
    [InlineData("2 500 € / month", null, "250000-250000 EUR Month")]
    [InlineData("up to £40,000 a year", null, "0-4000000 GBP Year")]
    [InlineData("¥400,000 per month", "JP", "400000-400000 JPY Month")]
    [InlineData("£30,000", null, null)]
    [InlineData("30000 per year", "GB", null)]
    [InlineData("Competitive", "GB", null)]
    [InlineData("10% bonus, £30,000 a year", null, "3000000-3000000 GBP Year")]
    [InlineData("", null, null)]
    public void Pay_is_known_only_with_amount_currency_and_period(string text, string? country, string? expected) =>
        (PayReader.Read(text, country) is { } pay ? $"{pay.Least}-{pay.Most} {pay.Currency} {pay.Per}" : null).ShouldBe(expected);

    [Fact]
    public void A_year_of_pay_follows_from_the_period()
    {
        Pay.Of(20, 25, "USD", PayPeriod.Hour)!.Yearly.ShouldBe(new YearlyPay(41_600, 52_000, "USD"));
        Pay.Of(400_000, 400_000, "JPY", PayPeriod.Month)!.Yearly.ShouldBe(new YearlyPay(4_800_000, 4_800_000, "JPY"));
        Pay.Of(30, 20, "EUR", PayPeriod.Day)!.Least.ShouldBe(2_000);
        Pay.Of(-1, 20, "EUR", PayPeriod.Day).ShouldBeNull();
    }

    [Theory]
    [InlineData("Barista", "London (Hybrid)", "", "hybrid")]
    [InlineData("Barista", "Remote - US", "", "remote")]
    [InlineData("Barista (remote)", "London", "", "remote")]
    [InlineData("Barista", "London", "This is a fully remote role.", "remote")]
    [InlineData("Barista", "London", "This is not a remote position.", null)]
    [InlineData("Barista", "London", "We sell remote controls.", null)]
    [InlineData("Barista, no remote", "London", "", null)]
    [InlineData("Barista", "London", "", null)]
    public void Where_one_works_is_unknown_unless_said(string title, string place, string description, string? expected)
    {
        var draft = Read(new RawPosting { Title = title, Place = place, Description = description });
        (draft.Workplace is { } where ? where.ToString().ToLowerInvariant() : null).ShouldBe(expected);
    }

    [Fact]
    public void What_nobody_says_stays_unknown()
    {
        var draft = Read(new RawPosting { Title = "Clerk" });
        (draft.Company, draft.Places.Count, draft.Workplace, draft.Employment, draft.Seniority, draft.Pay, draft.PostedAt, draft.ValidUntil, draft.Url).ShouldBe((null, 0, null, null, null, null, null, null, null));
        PostingNormaliser.Read(new RawPosting { Title = " " }, Now).Problem!.Errors!.Keys.ShouldBe(["title"]);
        PostingNormaliser.Read(new RawPosting { Title = "x", Description = new string('x', 400_001) }, Now).Problem!.Errors!.Keys.ShouldBe(["description"]);
    }

    [Theory]
    [InlineData("Senior Baker", "Senior"), InlineData("Sr. Baker", "Senior"), InlineData("Apprentice Joiner", "Learner"), InlineData("Shop Manager", "Lead"), InlineData("Baker", null)]
    public void Seniority_is_what_the_title_says(string title, string? expected) => Read(new RawPosting { Title = title }).Seniority.ToString().ShouldBe(expected ?? "");

    [Theory]
    [InlineData("FULL_TIME", "FullTime"), InlineData("Part-time", "PartTime"), InlineData("Intern", "Internship"), InlineData("seasonal", "Temporary"), InlineData("CONTRACTOR", "Contract")]
    [InlineData("VOLUNTEER", null), InlineData(null, null)]
    public void The_contract_is_one_of_five_or_unknown(string? field, string? expected) => Read(new RawPosting { Title = "Baker", Employment = field }).Employment.ToString().ShouldBe(expected ?? "");

    [Theory]
    [InlineData("2026-11-01", "2026-11-01T00:00:00Z"), InlineData("2026-11-01T10:00:00+05:30", "2026-11-01T04:30:00Z"), InlineData("1762300800000", "2025-11-05T00:00:00Z")]
    [InlineData("3/4/2025", null), InlineData("2126-01-01", null), InlineData("1999-01-01", null), InlineData("soon", null)]
    public void Dates_that_can_be_read_in_two_ways_are_not_read(string text, string? expected) =>
        PostingDates.Read(text, Now.AddDays(2)).ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("https://www.acme.example/jobs/7?utm_source=x&gh_src=abc#top", "acme.example/jobs/7")]
    [InlineData("http://acme.example/jobs/7/", "acme.example/jobs/7")]
    [InlineData("https://acme.example/careers?gh_jid=5&ref=twitter", "acme.example/careers?gh_jid=5")]
    [InlineData("https://jobs.lever.co/acme/1234/apply?lever-source=LinkedIn", "jobs.lever.co/acme/1234")]
    [InlineData("https://acme.example/?utm_campaign=1", null)]
    public void An_address_is_compared_without_what_only_tracks(string url, string? key) => PostingTraits.UrlKey(url).ShouldBe(key);

    [Theory]
    [InlineData("Acme Tools, Inc.", "acme tools"), InlineData("ACME TOOLS GmbH", "acme tools"), InlineData("The Acme Tools Company", "acme tools"), InlineData("SA", "sa")]
    public void A_company_is_compared_without_its_legal_form(string name, string key) => PostingTraits.CompanyKey(name).ShouldBe(key);

    [Theory]
    [InlineData("Senior Software Engineer (m/f/d) - London"), InlineData("Sr. Software Engineer"), InlineData("Software Engineer, Senior #12345"), InlineData("URGENT: Senior Software Engineer (Remote)")]
    public void A_title_is_compared_without_what_is_added_to_it(string title) => PostingTraits.TitleKey(title, [new Place("London", null, null)]).ShouldBe("engineer senior software");

    [Theory]
    [InlineData("javascript:alert(1)"), InlineData("data:text/html,x"), InlineData("https://user:secret@acme.example/x"), InlineData("/relative"), InlineData("https://")]
    public void Only_pages_are_linked(string url)
    {
        var draft = Read(new RawPosting { Title = "Baker", Url = url, ApplyUrl = url });
        (draft.Url, draft.ApplyUrl).ShouldBe((null, null));
    }

    [Theory]
    [InlineData("C++ and C#", "cplusplus and csharp"), InlineData(".NET, ASP.NET", "dotnet asp dotnet"), InlineData("Node.js at example.net", "node js at example net"), InlineData("C", "c")]
    public void Names_of_languages_are_words(string text, string words) => string.Join(' ', JobWords.In(text)).ShouldBe(words);

    private static PostingDraft Read(RawPosting raw) => PostingNormaliser.Read(raw, Now).Value!;
}
