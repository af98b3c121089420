using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;

using Mainstreet.Access.Decisions;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Benchmarks.Access;

/// <summary>
/// Times one permission check in process: from the names as a request writes them, through the compiled rules, to the answer. One caller,
/// one question after the other, another user and thing each time; every answer is compared with the right one. Arguments:
/// <c>--rules 1100,11000,110000 --questions 200000 --shapes roles,grants,relations,crowd --json</c>.
/// </summary>
internal static class CheckBench
{
    private sealed record Figures(double P50, double P99, double P999, double Mean, double Bytes);

    public static int Run(string[] args)
    {
        string Argument(string name, string otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var counts = Argument("--rules", "1100,11000,110000").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToList();
        var questions = int.Parse(Argument("--questions", "200000"), CultureInfo.InvariantCulture);
        var json = args.Contains("--json");
        if (!json)
        {
            Console.WriteLine("| shape | rules | compiled in ms | bytes a rule | answer | p50 us | p99 us | p99.9 us | mean us | bytes a check |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        }

        foreach (var shape in Argument("--shapes", "roles,grants,relations,crowd").Split(','))
        {
            foreach (var count in counts)
            {
                RunOne(shape, count, questions, json);
            }
        }

        return 0;
    }

    // A method of its own: the rules before are gone when the memory of these is measured.
    private static void RunOne(string shape, int count, int questions, bool json)
    {
        var (started, memory) = (Stopwatch.GetTimestamp(), GC.GetTotalMemory(forceFullCollection: true));
        var town = shape switch
        {
            "roles" => CheckTown.OfRoles(count),
            "grants" => CheckTown.OfGrants(count),
            "relations" => CheckTown.OfRelations(count),
            "crowd" => CheckTown.OfCrowd(count),
            _ => throw new ArgumentException($"There is no shape {shape}."),
        };
        var compiled = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var each = (GC.GetTotalMemory(forceFullCollection: true) - memory) / (double)town.Count;
        foreach (var allowed in (bool[])[true, false])
        {
            Measure(town, Math.Min(questions, 20_000), allowed);
            var f = Measure(town, questions, allowed);
            var answer = allowed ? "allow" : "deny";
            Console.WriteLine(json
                ? string.Create(CultureInfo.InvariantCulture, $$"""{"shape":"{{shape}}","rules":{{town.Count}},"answer":"{{answer}}","p50":{{f.P50:0.###}},"p99":{{f.P99:0.###}},"mean":{{f.Mean:0.###}}}""")
                : string.Create(CultureInfo.InvariantCulture, $"| {shape} | {town.Count} | {compiled:0} | {each:0} | {answer} | {f.P50:0.00} | {f.P99:0.00} | {f.P999:0.00} | {f.Mean:0.00} | {f.Bytes:0} |"));
        }
    }

    private static Figures Measure(CheckTown town, int questions, bool allowed)
    {
        var expected = allowed ? Verdict.Allowed : Verdict.Refused;
        var random = new Random(7);
        var asked = Enumerable.Range(0, questions).Select(_ => town.Ask(random.Next(1_000_000), allowed)).ToArray();
        var accounts = asked.Select(q => CheckTown.Account(q.Subject)).ToArray();
        var times = new double[questions];
        var (now, declared) = (DateTimeOffset.UnixEpoch, FrozenDictionary<string, Permission>.Empty);
        GC.Collect();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < questions; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var question = new Question(ObjectName.Read(asked[i].Subject)!, accounts[i], asked[i].Permission, ObjectName.Read(asked[i].Resource)!);
            var verdict = Decision.Take(town.Rules, declared, question, now);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            if (verdict != expected) throw new InvalidOperationException($"{asked[i]} is {verdict}, not {expected}.");
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)questions;
        var mean = times.Average();
        Array.Sort(times);
        return new Figures(At(0.5), At(0.99), At(0.999), mean, bytes);

        double At(double share) => times[Math.Min(questions - 1, (int)(questions * share))];
    }
}
