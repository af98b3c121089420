using System.Collections.Frozen;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Access.Relations;

/// <summary>
/// Reads OpenFGA's modelling language, schema 1.1 (openfga.dev/docs/configuration-language): direct, computed, <c>from</c>, <c>or</c>,
/// <c>and</c>, <c>but not</c>, wildcards, usersets, parentheses. Conditions and modules are refused by name. Problems: 422 invalid_model.
/// </summary>
internal sealed class ModelReader
{
    internal const int MaxLength = 100_000;
    private const int MaxTypes = 500;
    private const int MaxDepth = 20;
    private static readonly FrozenSet<string> Reserved =
        FrozenSet.Create(StringComparer.Ordinal, "type", "relations", "define", "from", "or", "and", "but", "not", "with");

    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private ModelReader(List<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_at];

    /// <summary>The model, or what is wrong with it and in which line.</summary>
    internal static Outcome<RelationModel> Read(string text)
    {
        var types = Parse(text);
        return types.Problem is { } problem ? problem : Join(types.Value!);
    }

    /// <summary>The types as written; what they name need not exist.</summary>
    internal static Outcome<List<RelationType>> Parse(string text)
    {
        try
        {
            return new ModelReader(Split(text)).Types();
        }
        catch (ModelException exception)
        {
            return Wrong(exception.Message);
        }
    }

    /// <summary>The model of these types, if everything fits together.</summary>
    internal static Outcome<RelationModel> Join(IReadOnlyList<RelationType> types) =>
        ModelRules.Find(types) is { } wrong ? Wrong(wrong) : new RelationModel(types);

    internal static Problem Wrong(string detail) => AccessProblems.InvalidModel with { Detail = detail };

    private List<RelationType> Types()
    {
        if (Current.Text == "module") throw Fail("modules are not supported");
        Expect("model");
        Expect("schema");
        if (Current.Text != "1.1") throw Fail("the schema must be 1.1");
        _at++;
        var types = new List<RelationType>();
        while (Current.Text.Length > 0)
        {
            if (Current.Text == "condition") throw Fail("conditions are not supported");
            if (Current.Text == "extend") throw Fail("modules are not supported");
            Expect("type");
            var name = Word("a type's name");
            if (types.Exists(t => t.Name == name)) throw Fail($"the type {name} is there twice");
            if (types.Count == MaxTypes) throw Fail($"there are more than {MaxTypes} types");
            types.Add(new RelationType(name, Relations(name)));
        }

        return types;
    }

    private FrozenDictionary<string, RelationDefinition> Relations(string type)
    {
        var relations = new Dictionary<string, RelationDefinition>(StringComparer.Ordinal);
        if (Current.Text != "relations") return relations.ToFrozenDictionary(StringComparer.Ordinal);
        _at++;
        do
        {
            Expect("define");
            var name = Word("a relation's name");
            Expect(":");
            var restrictions = new List<Restriction>();
            var rewrite = Expression(restrictions);
            if (!relations.TryAdd(name, new RelationDefinition(type, name, rewrite, restrictions))) throw Fail($"{type}#{name} is defined twice");
        }
        while (Current.Text == "define");
        return relations.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private Rewrite Expression(List<Restriction> restrictions)
    {
        if (++_depth > MaxDepth) throw Fail("parentheses are nested too deeply");
        var first = Operand(restrictions);
        Rewrite result = first;
        switch (Current.Text)
        {
            case "or":
                result = new Rewrite.AnyOf(Parts("or"));
                break;
            case "and":
                result = new Rewrite.AllOf(Parts("and"));
                break;
            case "but":
                _at++;
                Expect("not");
                result = new Rewrite.ButNot(first, Operand(restrictions));
                break;
        }

        if (Current.Text is "or" or "and" or "but") throw Fail("different operators need parentheses");
        _depth--;
        return result;

        List<Rewrite> Parts(string word)
        {
            var parts = new List<Rewrite> { first };
            while (Current.Text == word)
            {
                _at++;
                parts.Add(Operand(restrictions));
            }

            return parts;
        }
    }

    private Rewrite Operand(List<Restriction> restrictions)
    {
        if (Current.Text == "(")
        {
            _at++;
            var inner = Expression(restrictions);
            Expect(")");
            return inner;
        }

        if (Current.Text == "[") return Brackets(restrictions);
        var relation = Word("a relation, a bracket or a parenthesis");
        if (Current.Text != "from") return new Rewrite.Computed(relation);
        _at++;
        return new Rewrite.From(relation, Word("the relation after from"));
    }

    private Rewrite.Direct Brackets(List<Restriction> restrictions)
    {
        if (restrictions.Count > 0) throw Fail("a relation has brackets once");
        do
        {
            _at++;
            var type = Word("a type");
            Restriction restriction;
            if (Current.Text == ":")
            {
                _at++;
                Expect("*");
                restriction = new Restriction(type, null, Wildcard: true);
            }
            else if (Current.Text == "#")
            {
                _at++;
                restriction = new Restriction(type, Word("a relation"), Wildcard: false);
            }
            else
            {
                restriction = new Restriction(type, null, Wildcard: false);
            }

            if (Current.Text == "with") throw Fail("conditions are not supported");
            restrictions.Add(restriction);
        }
        while (Current.Text == ",");
        Expect("]");
        return new Rewrite.Direct();
    }

    private string Word(string what)
    {
        var token = Current;
        if (!token.IsWord || Reserved.Contains(token.Text)) throw Fail($"{what} is missing before '{token.Text}'");
        if (token.Text.Length > 100) throw Fail("a name has more than 100 characters");
        _at++;
        return token.Text;
    }

    private void Expect(string text)
    {
        if (Current.Text != text) throw Fail(Current.Text.Length == 0 ? $"'{text}' is missing at the end" : $"'{text}' is missing before '{Current.Text}'");
        _at++;
    }

    private ModelException Fail(string message) => new($"line {Current.Line}: {message}");

    // A hash begins a comment at the start of a line or after white space; inside group#member it does not.
    private static List<Token> Split(string text)
    {
        var tokens = new List<Token>();
        var (line, at) = (1, 0);
        while (at < text.Length)
        {
            var c = text[at];
            if (c == '\n') line++;
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '#' && (at == 0 || char.IsWhiteSpace(text[at - 1])))
            {
                while (at < text.Length && text[at] != '\n') at++;
            }
            else if (IsNameCharacter(c))
            {
                var start = at;
                while (at < text.Length && IsNameCharacter(text[at])) at++;
                tokens.Add(new Token(text[start..at], line, true));
            }
            else
            {
                // Brackets and the like; what means nothing is refused where it stands.
                tokens.Add(new Token(c.ToString(), line, false));
                at++;
            }
        }

        tokens.Add(new Token("", line, false));
        return tokens;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/';

    private readonly record struct Token(string Text, int Line, bool IsWord);

    private sealed class ModelException(string message) : Exception(message);
}
