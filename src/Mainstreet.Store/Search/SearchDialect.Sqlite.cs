using System.Data.Common;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Store.Search;

/// <summary>FTS5 over the same words; its tokenizer only splits them at spaces.</summary>
internal sealed class SearchDialectSqlite : SearchDialect
{
    internal override string And => " AND ";

    internal override string Or => " OR ";

    internal override string Entries => "store_product_search";

    internal override string Prelude => "";

    internal override string Word(string word, bool prefix) => prefix ? $"\"{word}\"*" : $"\"{word}\"";

    internal override (string From, string Where) Matching(string parameter) =>
        ($"store_product_words w CROSS JOIN {Entries} s ON s.doc = w.rowid", $"w.store_product_words MATCH {parameter}");

    internal override string Meets(string parameter) => $"s.doc IN (SELECT rowid FROM store_product_words WHERE store_product_words MATCH {parameter})";

    internal override void AddQuery(DbCommand command, string name, string query) => ((SqliteCommand)command).Parameters.AddWithValue(name, query);
}
