using System.Diagnostics;
using System.Globalization;
using System.Text;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Benchmarks.Careers;

/// <summary>One profile against many postings, on one thread: requirements read, answered, scored, gaps planned. Postings of about 2,000 characters from a seed.</summary>
internal static class FitRun
{
    private const int Rounds = 5, Seed = 20261122;

    internal static int Run(string[] args)
    {
        var count = args is ["--postings", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 10_000;
        var random = new Random(Seed);
        var postings = Enumerable.Range(0, count).Select(_ => Posting(random)).ToList();
        var facts = Profile(random);
        var today = new DateOnly(2026, 11, 22);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} postings of {postings.Average(posting => posting.Description.Length):0} characters, {facts.Count} facts"));
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var clock = Stopwatch.StartNew();
            var candidate = new Candidate(facts, CandidateWishes.None, today, SkillRecogniser.Own);
            decimal sum = 0;
            var requirements = 0;
            foreach (var posting in postings)
            {
                var analysis = CompatibilityAnalyser.Own.Analyse(candidate, posting);
                sum += analysis.Score;
                requirements += analysis.Requirements.Count;
            }
            clock.Stop();
            times.Add(clock.Elapsed.TotalSeconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"round {round + 1}: {clock.Elapsed.TotalSeconds:0.000} s, mean score {sum / count:0.00}, {(double)requirements / count:0.0} requirements a posting, {(GC.GetTotalAllocatedBytes(precise: true) - before) / 1e6:0} MB allocated"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {times.Order().ElementAt(Rounds / 2):0.000} s, slowest {times.Max():0.000} s"));
        return 0;
    }

    private static PostingText Posting(Random random)
    {
        var skills = SkillTaxonomy.Own.All;
        string Skill() => skills[random.Next(skills.Count)].Name;
        var text = new StringBuilder();
        text.Append("About us\nWe are a family-run company in the old town that has been in business for 30 years. ").Append(Filler(random, 40)).Append("\n\nWhat you'll do\n");
        for (var i = 0; i < 6; i++) text.Append("- ").Append(Filler(random, 12)).Append(' ').Append(Skill()).Append(' ').Append(Filler(random, 5)).Append(".\n");
        text.Append("\nRequirements:\n");
        for (var i = 0; i < 8; i++)
            text.Append("- ").Append(random.Next(1, 9)).Append("+ years of experience with ").Append(Skill()).Append(i % 3 == 0 ? " or " : " and ").Append(Skill()).Append(", ").Append(Filler(random, 6)).Append('\n');
        text.Append("- Bachelor's degree in a relevant field\n\nNice to have\n");
        for (var i = 0; i < 4; i++) text.Append("- ").Append(Skill()).Append(", ").Append(Skill()).Append('\n');
        text.Append("\nBenefits\nFlexible hours, training provided, career growth. ").Append(Filler(random, 40)).Append('\n');
        return new PostingText(random.Next(2) == 0 ? $"Senior {Skill()} Specialist" : $"{Skill()} Assistant", "Corner House", "Pune, IN", text.ToString());
    }

    private static string Filler(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));

    private static readonly string[] Words = ["the", "and", "to", "with", "our", "team", "customers", "every", "day", "you", "will", "work", "on", "new", "things", "in", "a", "place", "that", "grows", "help", "people", "quality", "of", "time", "across", "from", "good", "small", "street"];

    private static List<Fact> Profile(Random random)
    {
        var skills = SkillTaxonomy.Own.All;
        var facts = new List<Fact>();
        for (var job = 0; job < 5; job++)
        {
            var (from, to) = (new PartialDate(2006 + job * 4, 3), job == 4 ? (PartialDate?)null : new PartialDate(2010 + job * 4, 2));
            var id = $"work-{job}";
            facts.Add(new Fact(id, FactKind.Work, $"Specialist, Company {job}", $"$.work[{job}]", null, $"Company {job}", "Specialist", from, to));
            for (var line = 0; line < 6; line++)
                facts.Add(new Fact($"highlight-{job}-{line}", FactKind.Highlight, $"Worked with {skills[random.Next(skills.Count)].Name} and {skills[random.Next(skills.Count)].Name} for customers", $"$.work[{job}].highlights[{line}]", id, $"Company {job}", "Specialist", from, to));
        }
        for (var i = 0; i < 25; i++) facts.Add(new Fact($"skill-{i}", FactKind.Skill, skills[random.Next(skills.Count)].Name, $"$.skills[{i}].name"));
        facts.Add(new Fact("education-0", FactKind.Education, "Bachelor of Science, Westbrook College", "$.education[0]", null, "Westbrook College", "Bachelor of Science", new PartialDate(2001), new PartialDate(2004)));
        return facts;
    }
}
