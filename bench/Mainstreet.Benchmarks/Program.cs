using Mainstreet.Benchmarks;
using Mainstreet.Benchmarks.Complaints;
using Mainstreet.Benchmarks.Occasions;

switch (args)
{
    case ["matching", .. var rest]:
        return await MatchingBench.RunAsync(rest);
    case ["complaints", .. var rest]:
        return await ComplaintsRun.RunAsync(rest);
    case ["occasions-delivery", .. var rest]:
        return await DeliveryBench.RunAsync(rest);
    case ["occasions-sink", .. var rest]:
        return await DeliveryBench.SinkAsync(rest);
    default:
        Console.Error.WriteLine("""
            Benchmarks. Usage:
              matching [--sizes 1000,100000] [--queries 400]       ranking, both engines
              occasions-delivery [--only claims,http,workers,instant] [--messages 50000] [--engines postgres,sqlite] [--sink URL]
              occasions-sink [--port 9999] [--delay-ms 0]          takes messages and forgets them
              complaints --file complaints.csv --target URL        the main job on New York's housing complaints
            """);
        return 64;
}
