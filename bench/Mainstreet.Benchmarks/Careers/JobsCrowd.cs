using System.Globalization;
using System.Text;

using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Benchmarks.Careers;

/// <summary>Postings of about 1,500 characters and searches for them, from a seed: a few companies, towns and skills have most of the postings.</summary>
internal sealed class JobsCrowd
{
    private const string Facets = "company,place,country,workplace,employment,seniority,source";

    private static readonly string[] Towns =
    [
        "Bengaluru, India", "London, UK", "New York, NY", "Pune, IN", "Munich, Germany", "Remote - US", "Austin, TX", "Leeds, UK", "Lyon, France", "Toronto, CA", "Chennai, India", "Vienna, Austria", "Hudson, NY", "Remote", "Denver, CO", "Bonn, Germany",
        "Madrid, Spain", "Milan, Italy", "Kochi, India", "Boise, ID", "Cork, Ireland", "Perth, Australia", "Cape Town, South Africa", "Lagos, Nigeria", "Nairobi, Kenya", "Lima, Peru", "Osaka, Japan", "Hanoi, Vietnam", "Oslo, Norway", "Turku, Finland",
    ];

    private static readonly string[] Trades =
    [
        "Software Engineer", "Data Analyst", "Nurse", "Baker", "Electrician", "Plumber", "Shop Manager", "Barista", "Accountant", "Teacher", "Van Driver", "Warehouse Operative", "Receptionist", "Product Designer", "Sales Representative", "Care Assistant",
        "Project Manager", "Mechanic", "Cook", "Gardener", "Joiner", "Physiotherapist", "Payroll Specialist", "Support Specialist", "Bookkeeper",
    ];

    private static readonly string[] Steps = ["", "", "", "", "Senior ", "Junior ", "Lead ", "Assistant "];

    private static readonly string[] Words =
    [
        "the", "and", "to", "with", "our", "team", "customers", "every", "day", "you", "will", "work", "on", "new", "things", "in", "a", "place", "that", "grows", "help", "people", "quality", "of", "time", "across", "from", "good", "small", "street",
        "plan", "build", "report", "order", "deliver", "improve", "together", "responsible", "weekly", "safety", "service", "house", "garden", "river", "morning", "evening", "shift", "training", "learn", "teach", "careful", "friendly", "open", "honest",
    ];

    private readonly Random _random = new(20261122);
    private readonly IReadOnlyList<Skill> _skills = SkillTaxonomy.Own.All;

    internal IEnumerable<RawPosting> Postings(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (var line = 0; line < 12; line++) text.Append("<p>").Append(Filler(9)).Append(' ').Append(Skill()).Append(' ').Append(Filler(6)).Append(' ').Append(Coined()).Append("</p>");
            text.Append("<ul>");
            for (var line = 0; line < 8; line++) text.Append("<li>").Append(_random.Next(1, 9)).Append("+ years of ").Append(Skill()).Append(' ').Append(Filler(4)).Append("</li>");
            text.Append("</ul>");
            yield return new RawPosting
            {
                Id = i.ToString(CultureInfo.InvariantCulture), Title = $"{Pick(Steps)}{Trade()}, {Skill()}", Company = $"Company {(int)(Math.Pow(_random.NextDouble(), 3) * 8_000)}", Place = Towns[(int)(Math.Pow(_random.NextDouble(), 2) * Towns.Length)],
                Description = text.ToString(), PostedAt = new DateTime(2026, 11, 22).AddDays(-_random.Next(200)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Employment = Pick(["full-time", "part-time", "contract", "", ""]),
                PayText = _random.Next(3) == 0 ? $"EUR {_random.Next(20, 120)}k a year" : null, Url = $"https://company.example/jobs/{i}",
            };
        }
    }

    internal IEnumerable<(string Kind, SearchJobs.Query Query)> Searches(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return _random.Next(6) switch
            {
                0 => ("one word", Ask(Skill())),
                1 => ("title", Ask(Trade())),
                2 => ("title and skill", Ask($"{Trade()} {Skill()}")),
                3 => ("beginning", Ask(Trade()[..3])),
                4 => ("filters", Ask(Trade()) with { Location = Pick(Towns).Replace("Remote - ", "", StringComparison.Ordinal), Employment = ["fullTime"], PayMin = 40_000, Currency = "EUR", Sort = "pay" }),
                _ => ("browse", Ask(null) with { Disjunctive = Facets, Seniority = _random.Next(2) == 0 ? ["senior", "lead"] : null }),
            };
        }
    }

    private static SearchJobs.Query Ask(string? q) => new(q, Facets: Facets, Limit: 25);

    private string Filler(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Pick(Words)));

    /// <summary>A long tail of words that few postings have.</summary>
    private string Coined() => $"{Pick(Words)}{(int)(Math.Pow(_random.NextDouble(), 2) * 20_000)}";

    private string Skill() => _skills[(int)(Math.Pow(_random.NextDouble(), 2) * _skills.Count)].Name;

    private string Trade() => Trades[(int)(Math.Pow(_random.NextDouble(), 2) * Trades.Length)];

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
