namespace Mainstreet.Store.Search;

/// <summary>How an engine writes a full text query, and where it keeps the words.</summary>
internal abstract class SearchDialect
{
    internal abstract string And { get; }

    internal abstract string Or { get; }

    /// <summary>The table of <see cref="SearchEntry"/>.</summary>
    internal abstract string Entries { get; }

    /// <summary>Said before a question whether anything is met at all; one result set, or nothing.</summary>
    internal abstract string Prelude { get; }

    /// <summary>One word, or all that begin with it. Words are letters and digits, with a dot in front for the name.</summary>
    internal abstract string Word(string word, bool prefix);

    /// <summary>FROM and the condition of rows <c>s</c> that meet the query in the parameter.</summary>
    internal abstract (string From, string Where) Matching(string parameter);

    /// <summary>Condition on row <c>s</c>, for use where rows are found already.</summary>
    internal abstract string Meets(string parameter);

    /// <summary>Adds a query's text as a parameter.</summary>
    internal abstract void AddQuery(System.Data.Common.DbCommand command, string name, string query);
}
