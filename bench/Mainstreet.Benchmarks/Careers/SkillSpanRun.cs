using System.Globalization;
using System.Text.Json;

using Mainstreet.Careers.Skills;

namespace Mainstreet.Benchmarks.Careers;

/// <summary>
/// Holds the recogniser against SkillSpan's hand-made marks of knowledge (tools, subjects, languages). Sentences are their tokens joined by
/// spaces; a hit counts by whole tokens. Exact: the same first and last token. Overlap: one token in common.
/// </summary>
internal static class SkillSpanRun
{
    internal static int Run(string[] args)
    {
        if (args is not ["--file", var file])
        {
            Console.Error.WriteLine("careers-skills --file skillspan_dev.jsonl");
            return 64;
        }
        var rows = File.ReadLines(file).Where(line => line.Length > 0).Select(Row.Read).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Count} sentences, {rows.Sum(row => row.Gold.Count)} marked spans"));
        Console.WriteLine("| part | spans | found | exact P | exact R | exact F1 | overlap P | overlap R | overlap F1 |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var part in rows.Select(row => row.Source).Distinct().Order().Prepend("all"))
            Report(part, [.. rows.Where(row => part == "all" || row.Source == part)], transferable: false);
        Report("all, transferable skills counted too", rows, transferable: true);
        return 0;
    }

    private static void Report(string part, List<Row> rows, bool transferable)
    {
        int gold = 0, found = 0, exact = 0, right = 0, reached = 0;
        foreach (var row in rows)
        {
            var hits = row.Hits(transferable);
            gold += row.Gold.Count;
            found += hits.Count;
            exact += hits.Count(row.Gold.Contains);
            right += hits.Count(hit => row.Gold.Any(span => span.First <= hit.Last && hit.First <= span.Last));
            reached += row.Gold.Count(span => hits.Any(hit => span.First <= hit.Last && hit.First <= span.Last));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {part} | {gold} | {found} | {Share(exact, found):0.000} | {Share(exact, gold):0.000} | {F1(Share(exact, found), Share(exact, gold)):0.000} | {Share(right, found):0.000} | {Share(reached, gold):0.000} | {F1(Share(right, found), Share(reached, gold)):0.000} |"));
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static double F1(double precision, double recall) => precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);

    private sealed record Row(string Text, string Source, List<(int Start, int End)> Tokens, List<(int First, int Last)> Gold)
    {
        internal static Row Read(string line)
        {
            using var json = JsonDocument.Parse(line);
            var words = json.RootElement.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!).ToList();
            var tags = json.RootElement.GetProperty("tags_knowledge").EnumerateArray().Select(tag => tag.GetString()!).ToList();
            var tokens = new List<(int, int)>();
            var at = 0;
            foreach (var word in words)
            {
                tokens.Add((at, at + word.Length));
                at += word.Length + 1;
            }
            var gold = new List<(int, int)>();
            for (var i = 0; i < tags.Count; i++)
            {
                if (tags[i] != "B") continue;
                var last = i;
                while (last + 1 < tags.Count && tags[last + 1] == "I") last++;
                gold.Add((i, last));
            }
            return new Row(string.Join(' ', words), json.RootElement.GetProperty("source").GetString()!, tokens, gold);
        }

        internal List<(int First, int Last)> Hits(bool transferable) =>
        [
            .. SkillRecogniser.Own.Read(Text).Where(span => transferable || span.Skill.Family != "general/transferable")
                .Select(span => (Tokens.FindIndex(token => token.End > span.Start), Tokens.FindLastIndex(token => token.Start < span.End))),
        ];
    }
}
