namespace Mainstreet.Access.Relations;

/// <summary>
/// Names in rules: a thing <c>type:id</c>, a whole type <c>type:*</c>, or the members of a relation <c>type:id#relation</c>. Type, id and
/// relation together have at most 256 characters and contain no white space, colon, hash or (but for the whole id) asterisk.
/// </summary>
/// <param name="Text">As written.</param>
/// <param name="Type">Before the colon.</param>
/// <param name="Id">After it; <c>*</c> for a whole type.</param>
/// <param name="Relation">After the hash.</param>
internal sealed record ObjectName(string Text, string Type, string Id, string? Relation)
{
    internal const int MaxLength = 256;

    internal bool IsWildcard => Id == "*";

    /// <summary>The thing without its relation.</summary>
    internal string Object => Relation is null ? Text : Text[..^(Relation.Length + 1)];

    /// <summary>Reads a name, or answers <c>null</c> for what is none. A wildcard has no relation.</summary>
    internal static ObjectName? Read(string? text)
    {
        if (text is null || text.Length is 0 or > MaxLength) return null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return null;
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0 && hash < colon) return null;
        var type = text[..colon];
        var id = hash < 0 ? text[(colon + 1)..] : text[(colon + 1)..hash];
        var relation = hash < 0 ? null : text[(hash + 1)..];
        if (!IsWord(type) || !(id == "*" ? relation is null : IsWord(id)) || (relation is not null && !IsWord(relation))) return null;
        return new ObjectName(text, type, id, relation);
    }

    /// <summary>The same name, with an id that is a UUID in lower case, as the house writes them.</summary>
    internal ObjectName Canonical() => Guid.TryParseExact(Id, "D", out var id) && id.ToString() is var plain && plain != Id
        ? new ObjectName(Relation is null ? $"{Type}:{plain}" : $"{Type}:{plain}#{Relation}", Type, plain, Relation)
        : this;

    /// <summary>True for a type's, an id's or a relation's text.</summary>
    internal static bool IsWord(string text)
    {
        if (text.Length == 0) return false;
        foreach (var c in text)
        {
            if (c is ':' or '#' or '*' or '@' || char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c)) return false;
        }

        return true;
    }
}
