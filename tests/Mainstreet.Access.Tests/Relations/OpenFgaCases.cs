using YamlDotNet.RepresentationModel;

namespace Mainstreet.Access.Tests.Relations;

/// <summary>OpenFGA's consolidated test file, as far as it is read here.</summary>
internal sealed record OpenFgaCase(string Name, IReadOnlyList<OpenFgaStage> Stages);

internal sealed record OpenFgaTuple(string Object, string Relation, string User);

internal sealed record OpenFgaCheck(OpenFgaTuple Tuple, IReadOnlyList<OpenFgaTuple> Context, bool Expected, int? Error);

internal sealed record OpenFgaObjects(string User, string Type, string Relation, IReadOnlyList<OpenFgaTuple> Context, IReadOnlyList<string> Expected, int? Error);

internal sealed record OpenFgaUsers(string Filter, string Object, string Relation, IReadOnlyList<OpenFgaTuple> Context, IReadOnlyList<string> Expected, int? Error);

/// <summary>A model, tuples that are added to those of the stages before, and what must then be true.</summary>
internal sealed record OpenFgaStage(
    string Model, IReadOnlyList<OpenFgaTuple> Tuples, IReadOnlyList<OpenFgaCheck> Checks, IReadOnlyList<OpenFgaObjects> Objects, IReadOnlyList<OpenFgaUsers> Users)
{
    private const string Name = "data/vectors/openfga/consolidated_1_1_tests.yaml";

    /// <summary>The file, or null where the shared data is not at hand.</summary>
    internal static string? File()
    {
        if (Environment.GetEnvironmentVariable("MAINSTREET_SHARED") is { Length: > 0 } shared)
            return System.IO.File.Exists(Path.Combine(shared, Name)) ? Path.Combine(shared, Name) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", Name);
            if (System.IO.File.Exists(file)) return file;
        }

        return null;
    }

    internal static IReadOnlyList<OpenFgaCase> Read(TextReader text)
    {
        var yaml = new YamlStream();
        yaml.Load(text);
        return [.. List(yaml.Documents[0].RootNode, "tests").Select(t => new OpenFgaCase(Text(t, "name"), [.. List(t, "stages").Select(Stage)]))];
    }

    private static OpenFgaStage Stage(YamlNode node) => new(
        Text(node, "model"), TupleList(node, "tuples"),
        [.. List(node, "checkAssertions").Select(a => new OpenFgaCheck(
            OneTuple(Get(a, "tuple")!), TupleList(a, "contextualTuples"), Get(a, "expectation") is YamlScalarNode { Value: "true" or "True" }, Error(a)))],
        [.. List(node, "listObjectsAssertions").Select(a => new OpenFgaObjects(
            Text(Get(a, "request")!, "user"), Text(Get(a, "request")!, "type"), Text(Get(a, "request")!, "relation"), TupleList(a, "contextualTuples"),
            [.. List(a, "expectation").Select(Scalar)], Error(a)))],
        [.. List(node, "listUsersAssertions").Select(a => new OpenFgaUsers(
            List(Get(a, "request")!, "filters").Select(Scalar).Single(), Text(Get(a, "request")!, "object"), Text(Get(a, "request")!, "relation"),
            TupleList(a, "contextualTuples"), [.. List(a, "expectation").Select(Scalar)], Error(a)))]);

    private static OpenFgaTuple OneTuple(YamlNode node) => new(Text(node, "object"), Text(node, "relation"), Text(node, "user"));

    private static OpenFgaTuple[] TupleList(YamlNode node, string key) => [.. List(node, key).Select(OneTuple)];

    private static int? Error(YamlNode node) => Get(node, "errorCode") is YamlScalarNode { Value: { } code } ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : null;

    private static YamlNode? Get(YamlNode node, string key) => ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static IEnumerable<YamlNode> List(YamlNode node, string key) => Get(node, key) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();

    private static string Text(YamlNode node, string key) => Scalar(Get(node, key)!);

    private static string Scalar(YamlNode node) => ((YamlScalarNode)node).Value!;
}
