using Mainstreet.Benchmarks;
using Mainstreet.Benchmarks.Complaints;

switch (args)
{
    case ["matching", .. var rest]:
        return await MatchingBench.RunAsync(rest);
    case ["complaints", .. var rest]:
        return await ComplaintsRun.RunAsync(rest);
    default:
        Console.Error.WriteLine("""
            Benchmarks. Usage:
              matching [--sizes 1000,100000] [--queries 400]       ranking, both engines
              complaints --file complaints.csv --target URL        the main job on New York's housing complaints
            """);
        return 64;
}
