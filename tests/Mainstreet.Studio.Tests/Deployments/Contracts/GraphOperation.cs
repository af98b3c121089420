using System.Text.RegularExpressions;

namespace Mainstreet.Studio.Tests.Deployments.Contracts;

/// <summary>One field of a selection, with its arguments as they are written.</summary>
internal sealed record GraphField(string Name, IReadOnlyDictionary<string, string> Arguments, IReadOnlyList<GraphField> Fields);

/// <summary>A GraphQL operation, as far as this program writes them: variables, fields, arguments that are variables or plain values.</summary>
internal sealed partial record GraphOperation(string Root, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<GraphField> Fields)
{
    /// <exception cref="FormatException">It is not of that form.</exception>
    internal static GraphOperation Parse(string query)
    {
        var words = new Queue<string>(Words().Matches(query).Select(m => m.Value));
        var root = words.Dequeue() switch { "query" => "Query", "mutation" => "Mutation", var other => throw new FormatException($"'{other}' is no operation") };
        if (words.Peek() is not ("(" or "{")) words.Dequeue();
        var variables = new Dictionary<string, string>();
        if (words.Peek() == "(")
        {
            words.Dequeue();
            while (words.Peek() != ")")
            {
                var name = words.Dequeue();
                if (!name.StartsWith('$')) throw new FormatException($"'{name}' is no variable");
                Take(words, ":");
                variables[name[1..]] = Type(words);
            }

            words.Dequeue();
        }

        var fields = Selection(words);
        if (words.Count > 0) throw new FormatException($"'{words.Peek()}' is too much");
        return new GraphOperation(root, variables, fields);
    }

    private static List<GraphField> Selection(Queue<string> words)
    {
        Take(words, "{");
        var fields = new List<GraphField>();
        while (words.Peek() != "}")
        {
            var name = words.Dequeue();
            if (!char.IsLetter(name[0])) throw new FormatException($"'{name}' is no field");
            var arguments = new Dictionary<string, string>();
            if (words.Peek() == "(")
            {
                words.Dequeue();
                while (words.Peek() != ")")
                {
                    var argument = words.Dequeue();
                    Take(words, ":");
                    arguments[argument] = words.Dequeue();
                }

                words.Dequeue();
            }

            fields.Add(new GraphField(name, arguments, words.Peek() == "{" ? Selection(words) : []));
        }

        words.Dequeue();
        return fields;
    }

    private static string Type(Queue<string> words)
    {
        var type = words.Dequeue();
        if (type == "[")
        {
            type = $"[{Type(words)}]";
            Take(words, "]");
        }

        if (words.Peek() == "!") type += words.Dequeue();
        return type;
    }

    private static void Take(Queue<string> words, string wanted)
    {
        if (words.Dequeue() is var word && word != wanted) throw new FormatException($"'{word}' stands where '{wanted}' should");
    }

    [GeneratedRegex(@"\$?\w+|[{}()\[\]:!]|""[^""]*""")]
    private static partial Regex Words();
}
