using Mainstreet.Benchmarks;
using Mainstreet.Benchmarks.Access;
using Mainstreet.Benchmarks.Careers;
using Mainstreet.Benchmarks.Complaints;
using Mainstreet.Benchmarks.Occasions;
using Mainstreet.Benchmarks.Store;
using Mainstreet.Benchmarks.Studio;

switch (args)
{
    case ["matching", .. var rest]:
        return await MatchingBench.RunAsync(rest);
    case ["complaints", .. var rest]:
        return await ComplaintsRun.RunAsync(rest);
    case ["occasions-time", .. var rest]:
        return TimeRun.Run(rest);
    case ["occasions-plan", .. var rest]:
        return await PlanRun.RunAsync(rest);
    case ["occasions-delivery", .. var rest]:
        return await DeliveryBench.RunAsync(rest);
    case ["occasions-sink", .. var rest]:
        return await DeliveryBench.SinkAsync(rest);
    case ["store-search", .. var rest]:
        return await SearchBench.RunAsync(rest);
    case ["careers-skills", .. var rest]:
        return SkillSpanRun.Run(rest);
    case ["careers-fit", .. var rest]:
        return FitRun.Run(rest);
    case ["careers-jobs", .. var rest]:
        return await JobsRun.RunAsync(rest);
    case ["access-check", .. var rest]:
        return CheckBench.Run(rest);
    case ["assistant", .. var rest]:
        return await AssistantRun.RunAsync(rest);
    case ["sandbox", .. var rest]:
        return await SandboxBench.RunAsync(rest);
    default:
        Console.Error.WriteLine("""
            Benchmarks. Usage:
              matching [--sizes 1000,100000] [--queries 400]       ranking, both engines
              occasions-time [--from 1990] [--to 2037]             every zone, date and rule against the time oracle
              occasions-plan [--recipients 1000000] [--same-day]   the daily plan, both engines
              occasions-delivery [--only sender,claims,http,workers,instant] [--messages 50000] [--engines postgres,sqlite] [--sink URL]
              occasions-sink [--port 9999] [--delay-ms 0] [--remember]  takes messages; forgets them, or counts them for a GET
              assistant [--files 100] [--draw N] [--rounds 5]      broken C# files mended, completions
              store-search [--products 100000] [--searches 2000] [--clients 1] [--engines postgres,sqlite]  search with facets
              access-check [--rules 1100,11000,110000] [--questions 200000] [--shapes roles,grants,relations,crowd] [--json]
              careers-skills --file skillspan_dev.jsonl            recognised skills against marks made by hand
              careers-fit [--postings 10000]                       one profile against many postings
              careers-jobs [--postings 100000] [--searches 2000] [--clients 1] [--engines postgres,sqlite]  search of postings with facets
              sandbox [--runs 200]                                 what the cage costs beside the same program outside of it
              complaints --file complaints.csv --target URL        the main job on New York's housing complaints
            """);
        return 64;
}
