using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Skills;
using Mainstreet.Careers.Tests.Tailoring;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Compatibility;

/// <summary>
/// Postings written and labelled by hand before the scores were looked at: 3 apply at once, 2 good, 1 a stretch, 0 no use. The ranking is
/// held by the normalised discounted gain over all postings of a person, and must not fall below what it was when it was recorded.
/// </summary>
[Trait("kind", "unit")]
public sealed class RankingTests(ITestOutputHelper output)
{
    private const double RecordedGain = 0.9;

    private static readonly DateOnly Today = new(2026, 11, 22);

    private static readonly (string Who, Life Life)[] People =
    [
        ("plumber", new Life().Job("Plumber", "Copperfield Homes", "2016-04", null, "Repaired boilers and central heating in private homes", "Cleared drains and fitted new pipework", "Trained two apprentices")
            .Job("Apprentice Plumber", "Oak & Sons", "2013-09", "2016-03", "Helped with bathroom installations").Skill("Plumbing", "Boiler repair", "Gas fitting", "Driving licence")),
        ("developer", new Life().Job("Software Engineer", "Northgate Systems", "2020-02", null, "Built REST services in Java with Spring Boot", "Moved databases to PostgreSQL", "Ran services in Docker on Kubernetes")
            .Job("Junior Software Engineer", "Quillon Data", "2018-06", "2020-01", "Wrote JavaScript front ends in React").Skill("Java", "SQL", "Git").Study("Bachelor of Science, Computer Science", "Harlow University", "2014-09", "2018-05")),
        ("carer", new Life().Job("Care Assistant", "Meadow Care", "2021-01", null, "Personal care for residents with dementia", "Administered medication and kept care plans")
            .Skill("First aid", "Safeguarding", "Communication")),
        ("shop", new Life().Job("Shop Assistant", "Harbour Foods", "2022-05", null, "Served customers at the till and handled complaints", "Stock rotation and shelf filling").Skill("Customer service", "Cash handling")),
    ];

    private static readonly (PostingText Posting, int Plumber, int Developer, int Carer, int Shop)[] Postings =
    [
        (Life.Posting("Plumber", "Requirements:\n- 3+ years of plumbing\n- Boiler repair\n- Driving licence"), 3, 0, 0, 0),
        (Life.Posting("Heating Engineer", "You must have:\n- Central heating\n- Gas fitting\n- Experience with boiler servicing\nNice to have: air conditioning"), 3, 0, 0, 0),
        (Life.Posting("Handyperson", "What you'll do\n- General repairs\n- Small plumbing jobs\n- Painting and decorating\n- Tiling"), 2, 0, 0, 0),
        (Life.Posting("HVAC Technician", "Requirements:\n- HVAC\n- Refrigeration\n- Electrical installation\nCentral heating is a plus"), 1, 0, 0, 0),
        (Life.Posting("Java Developer", "Requirements:\n- 4+ years of Java\n- Spring Boot, SQL\n- Docker\nNice to have: Kubernetes"), 0, 3, 0, 0),
        (Life.Posting("Full Stack Engineer", "Requirements:\n- Java or Kotlin\n- React and TypeScript\n- PostgreSQL"), 0, 3, 0, 0),
        (Life.Posting("Kotlin Developer", "Requirements:\n- Kotlin\n- SQL\n- Kafka"), 0, 2, 0, 0),
        (Life.Posting("Data Scientist", "Requirements:\n- Python\n- Machine learning\n- SQL\n- Statistics\n- PhD preferred"), 0, 1, 0, 0),
        (Life.Posting("Embedded Engineer", "Requirements:\n- C and C++ programming\n- Embedded systems\n- No Java needed"), 0, 0, 0, 0),
        (Life.Posting("Care Assistant", "Requirements:\n- Dementia care\n- Personal care\n- Medication administration"), 0, 0, 3, 0),
        (Life.Posting("Home Care Worker", "We are looking for someone with:\n- Personal care\n- First aid\n- Driving licence"), 1, 0, 2, 0),
        (Life.Posting("Registered Nurse", "Requirements:\n- Registered nurse\n- Wound care\n- Phlebotomy\n- Medication administration"), 0, 0, 1, 0),
        (Life.Posting("Shop Assistant", "Requirements:\n- Customer service\n- Cash handling\n- Stock rotation"), 0, 0, 0, 3),
        (Life.Posting("Cashier", "Must have:\n- Cash handling\n- Customer service\nTraining provided"), 0, 0, 0, 3),
        (Life.Posting("Store Manager", "Requirements:\n- 5+ years of experience in retail\n- Store management\n- Customer service\n- Budgeting"), 0, 0, 0, 1),
        (Life.Posting("Warehouse Operative", "Requirements:\n- Order picking\n- Forklift\n- Stock control"), 0, 0, 0, 2),
    ];

    [Fact]
    public void Postings_stand_in_the_order_that_people_gave_them()
    {
        var gains = new List<double>();
        for (var person = 0; person < People.Length; person++)
        {
            var candidate = new Candidate(People[person].Life.Facts, CandidateWishes.None, Today, SkillRecogniser.Own);
            var ranked = Postings.Select((one, at) => (Label: new[] { one.Plumber, one.Developer, one.Carer, one.Shop }[person], CompatibilityAnalyser.Own.Analyse(candidate, one.Posting).Score, At: at))
                .OrderByDescending(one => one.Score).ThenBy(one => one.At).ToList();
            var gain = Gain(ranked.Select(one => one.Label)) / Gain(ranked.Select(one => one.Label).OrderDescending());
            output.WriteLine($"{People[person].Who}: nDCG {gain:0.000}, first {Postings[ranked[0].At].Posting.Title} ({ranked[0].Score}), labels {string.Join(' ', ranked.Select(one => one.Label))}");
            ranked[0].Label.ShouldBe(3);
            gains.Add(gain);
        }
        output.WriteLine($"mean nDCG {gains.Average():0.000}");
        gains.Average().ShouldBeGreaterThanOrEqualTo(RecordedGain);
    }

    private static double Gain(IEnumerable<int> labels) => labels.Select((label, at) => (Math.Pow(2, label) - 1) / Math.Log2(at + 2)).Sum();
}
