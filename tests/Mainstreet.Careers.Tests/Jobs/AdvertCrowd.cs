using Mainstreet.Careers.Jobs.Reading;

namespace Mainstreet.Careers.Tests.Jobs;

/// <param name="Job">The same for adverts of one job.</param>
/// <param name="Town">Where it is.</param>
/// <param name="Kind">What makes the job hard to tell from others.</param>
/// <param name="Changes">How this advert differs from the job's first.</param>
internal sealed record LabelledAdvert(int Job, string Town, string Kind, string Changes, string Source, RawPosting Raw);

/// <summary>
/// Adverts whose jobs are known, from a seed: jobs of companies with boilerplate of their own; near them other jobs that only look alike; and each job
/// advertised up to four times with what other sources do to an advert.
/// </summary>
internal sealed class AdvertCrowd(int seed)
{
    private static readonly string[] Trades = ["Baker", "Cook", "Barista", "Cashier", "Nurse", "Electrician", "Plumber", "Gardener", "Joiner", "Van Driver", "Bookkeeper", "Receptionist", "Software Engineer", "Data Analyst", "Teacher", "Care Assistant", "Warehouse Operative", "Hotel Receptionist", "Bicycle Mechanic", "Payroll Clerk"];

    private static readonly string[] Steps = ["", "Senior ", "Junior ", "Lead "];

    private static readonly string[] Teams = ["", "", "", ", Days", ", Nights", ", Team North", ", Team South"];

    /// <summary>Each with other ways to write it.</summary>
    private static readonly string[][] Towns =
    [
        ["Bengaluru, Karnataka, India", "Bangalore", "Bangalore, IN"], ["London, UK", "London", "London, England, United Kingdom"], ["Munich, Germany", "München", "Munich, Bavaria, Germany"], ["New York, NY", "NYC", "New York, NY, USA"],
        ["Pune, IN", "Pune, Maharashtra, India", "Pune"], ["Leeds, UK", "Leeds", "Leeds, England"], ["Austin, TX", "Austin, Texas, USA", "Austin"], ["Vienna, Austria", "Wien", "Vienna"], ["Lyon, France", "Lyon", "69001 Lyon, France"],
    ];

    private static readonly string[] Names = ["River", "Copper", "North", "Lamp", "Green", "Blue", "Elm", "Harbour", "Mill", "Silver", "Oak", "Stone", "Bright", "Amber", "Swift"];

    private static readonly string[] Sorts = ["bend Bakery", " Kettle", "gate Care", " Lane Stores", "bank Gardens", " Barn Works", " Row Clinic", " Light Hotel", " Logistics", "field School"];

    private static readonly string[] Verbs = ["plan", "prepare", "check", "keep", "bring", "repair", "explain", "order", "count", "clean", "open", "lead", "write", "sell", "train", "measure", "book", "answer"];

    private static readonly string[] Things = ["the rota", "the stock", "every order", "the books", "new colleagues", "the machines", "the kitchen", "the garden", "all deliveries", "the reports", "our guests", "complaints", "the tools", "the daily list", "the cash", "samples", "invoices", "the schedule"];

    private static readonly string[] Manners = ["before eight", "with care", "twice a week", "for the whole house", "together with the team", "on time", "every evening", "without fuss", "by hand", "in the system", "in two languages", "at the end of the month", "for all our customers", "by the book"];

    private static readonly string[] Legal = ["", ", Inc.", " Ltd", " GmbH", " LLC"];

    private readonly Random _random = new(seed);
    private readonly HashSet<string> _made = [];
    private int _job;
    private int _id;

    internal List<LabelledAdvert> Make(int jobs)
    {
        var adverts = new List<LabelledAdvert>();
        while (_job < jobs)
        {
            var (company, boilerplate) = ($"{Pick(Names)}{Pick(Sorts)}", Sentences(4 + _random.Next(3)));
            for (var i = 0; i < 1 + _random.Next(4); i++)
            {
                var (trade, town, team) = (Pick(Trades), Towns[_random.Next(Towns.Length)], Pick(Teams));
                var duties = Sentences(6 + _random.Next(5));
                Add(adverts, $"{trade}{team}", company, town, duties, boilerplate, "plain");
                // What only looks alike: the same words elsewhere, another step, another team, the same title at another company.
                if (_random.Next(3) == 0) Add(adverts, $"{trade}{team}", company, Towns.First(t => t != town), duties, boilerplate, "other town");
                if (_random.Next(3) == 0) Add(adverts, $"{Steps[1 + _random.Next(3)]}{trade}{team}", company, town, [.. duties.Take(duties.Count - 2), .. Sentences(3)], boilerplate, "other step");
                if (_random.Next(4) == 0) Add(adverts, $"{Pick(Trades)} Trainer", company, town, Sentences(7), boilerplate, "same company");
                if (_random.Next(4) == 0) Add(adverts, $"{trade}{team}", $"{Pick(Names)}{Pick(Sorts)} {_job}", town, duties, Sentences(5), "other company");
            }
        }

        return adverts;
    }

    private void Add(List<LabelledAdvert> to, string title, string company, string[] town, List<string> duties, List<string> boilerplate, string kind)
    {
        // A second one would be the same job.
        if (!_made.Add($"{title}|{company}|{town[0]}")) return;
        var job = _job++;
        List<string> text = [.. boilerplate.Take(2), .. duties, .. boilerplate.Skip(2)];
        var url = _random.Next(3) > 0 ? $"https://{company.Split(' ')[0].ToLowerInvariant()}.example/jobs/{job}" : null;
        for (var copy = 0; copy < 1 + (_random.Next(2) * _random.Next(1, 4)); copy++)
        {
            var changes = new List<string>();
            var raw = new RawPosting { Id = $"{_id++}", Title = title, Company = company, Place = town[0], Description = Lines(text), Url = url };
            if (copy > 0)
            {
                if (Change("link", 3)) raw = raw with { Url = url is null ? null : $"{url}?utm_source=s{_random.Next(9)}&gh_src={_random.Next(99)}" };
                if (Change("other link", 3)) raw = raw with { Url = $"https://board{_random.Next(4)}.example/view/{_random.Next(1_000_000)}" };
                if (Change("legal form", 3)) raw = raw with { Company = $"{company}{Pick(Legal)}" };
                if (Change("title", 3)) raw = raw with { Title = _random.Next(4) switch { 0 => $"{title} (m/f/d)", 1 => $"{title} - {town[0].Split(',')[0]}", 2 => $"{title} #{_random.Next(10_000, 99_999)}", _ => title.Replace("Senior", "Sr.", StringComparison.Ordinal).Replace("Junior", "Jr", StringComparison.Ordinal) } };
                if (Change("place", 2)) raw = raw with { Place = Pick(town) };
                if (Change("no place", 12)) raw = raw with { Place = null };
                if (Change("company", 12)) raw = raw with { Company = $"{company} Careers" };
                var words = text.ToList();
                if (Change("cut", 4)) words.RemoveAt(_random.Next(words.Count));
                if (Change("added", 4)) words.Insert(_random.Next(words.Count), Sentences(1)[0]);
                if (Change("boilerplate gone", 6)) words = [.. duties];
                if (Change("rewritten", 12)) words = Sentences(words.Count);
                raw = raw with { Description = Change("html", 3) ? $"<div><p>{string.Join("</p><p>", words)}</p></div>" : Lines(words) };
                if (Change("no text", 15)) raw = raw with { Description = null };
            }

            to.Add(new LabelledAdvert(job, town[0], kind, string.Join('+', changes), $"source{_random.Next(5)}", raw));

            bool Change(string name, int oneIn)
            {
                if (_random.Next(oneIn) > 0) return false;
                changes.Add(name);
                return true;
            }
        }
    }

    private List<string> Sentences(int count) => [.. Enumerable.Range(0, count).Select(_ => $"You {Pick(Verbs)} {Pick(Things)} {Pick(Manners)} and {Pick(Verbs)} {Pick(Things)} {Pick(Manners)}.")];

    private static string Lines(IEnumerable<string> sentences) => string.Join('\n', sentences);

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
