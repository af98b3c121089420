using System.Globalization;
using System.Text.RegularExpressions;

using Shouldly;

namespace Mainstreet.Foundation.Tests.Observability;

/// <summary>A strict reader of Prometheus's text format 0.0.4 (prometheus.io, "Exposition formats"): the oracle for <c>/metrics</c>.</summary>
internal static partial class PrometheusText
{
    internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

    internal sealed record Family(string Name, string Type, string Help, List<Sample> Samples);

    /// <summary>Fails the test on anything that the format does not allow.</summary>
    internal static Dictionary<string, Family> Parse(string text)
    {
        text.ShouldEndWith("\n");
        text.ShouldNotContain("\r");
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        Family? current = null;
        string? help = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            line.ShouldNotBeEmpty();
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                help = line["# HELP ".Length..];
                Escapes().Replace(help, "").ShouldNotContain('\\', "HELP escapes only \\\\ and \\n");
                continue;
            }

            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                parts.Length.ShouldBe(4, line);
                NamePattern().IsMatch(parts[2]).ShouldBeTrue(line);
                parts[3].ShouldBeOneOf("counter", "gauge", "histogram");
                families.ShouldNotContainKey(parts[2], "a family comes once, in one piece");
                help.ShouldNotBeNull(line).ShouldStartWith(parts[2] + " ");
                families[parts[2]] = current = new Family(parts[2], parts[3], help![(parts[2].Length + 1)..], []);
                help = null;
                continue;
            }

            line.ShouldNotStartWith("#");
            current.ShouldNotBeNull(line);
            var sample = ReadSample(line);
            var suffixes = current!.Type == "histogram" ? new[] { "_bucket", "_sum", "_count" } : [""];
            suffixes.ShouldContain(s => current.Name + s == sample.Name, line);
            current.Samples.ShouldNotContain(s => s.Name == sample.Name && Same(s.Labels, sample.Labels), $"double: {line}");
            current.Samples.Add(sample);
        }

        foreach (var family in families.Values) Check(family);
        return families;
    }

    private static void Check(Family family)
    {
        family.Samples.ShouldNotBeEmpty(family.Name);
        if (family.Type == "counter")
        {
            family.Name.ShouldEndWith("_total");
            family.Samples.ShouldAllBe(s => s.Value >= 0);
        }

        if (family.Type != "histogram") return;
        foreach (var series in family.Samples.GroupBy(s => Key(s.Labels)))
        {
            var buckets = series.Where(s => s.Name == family.Name + "_bucket").ToList();
            var bounds = buckets.Select(b => Number(b.Labels["le"])).ToList();
            bounds.ShouldBe(bounds.Order().Distinct().ToList(), family.Name);
            bounds[^1].ShouldBe(double.PositiveInfinity);
            var counts = buckets.Select(b => b.Value).ToList();
            counts.ShouldBe(counts.Order().ToList(), "buckets are cumulative");
            series.Single(s => s.Name == family.Name + "_count").Value.ShouldBe(counts[^1]);
            series.Count(s => s.Name == family.Name + "_sum").ShouldBe(1);
        }
    }

    private static Sample ReadSample(string line)
    {
        var name = NameAtStart().Match(line).Value;
        name.ShouldNotBeEmpty(line);
        var at = name.Length;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (line[at] == '{')
        {
            at++;
            while (line[at] != '}')
            {
                var label = LabelAtStart().Match(line[at..]);
                label.Success.ShouldBeTrue(line);
                labels.TryAdd(label.Groups["name"].Value, Unescape(label.Groups["value"].Value)).ShouldBeTrue($"label twice: {line}");
                at += label.Length;
                if (line[at] == ',') at++;
                else line[at].ShouldBe('}', line);
            }

            at++;
        }

        line[at].ShouldBe(' ', line);
        return new Sample(name, labels, Number(line[(at + 1)..]));
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string value) => Escapes().Replace(value, m => m.Value switch
    {
        @"\n" => "\n",
        "\\\"" => "\"",
        _ => @"\",
    });

    private static string Key(IReadOnlyDictionary<string, string> labels) =>
        string.Join(';', labels.Where(l => l.Key != "le").OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    private static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(l => b.TryGetValue(l.Key, out var value) && value == l.Value);

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex NameAtStart();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>(?:[^""\\\n]|\\\\|\\n|\\"")*)""")]
    private static partial Regex LabelAtStart();

    [GeneratedRegex("""\\[\\n"]""")]
    private static partial Regex Escapes();
}
