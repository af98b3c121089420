using System.Data.Common;

using Npgsql;

using NpgsqlTypes;

namespace Mainstreet.Store.Search;

/// <summary>A tsquery on a tsvector with a GIN index. The words are cut by us, so the text search parser of PostgreSQL is not involved.</summary>
internal sealed class SearchDialectPostgres : SearchDialect
{
    internal override string And => " & ";

    internal override string Or => " | ";

    internal override string Entries => "store.product_search";

    // A planner that does not know the word expects to meet it soon and reads all rows, which a word that nobody has makes the slowest of all.
    internal override string Prelude => "SELECT set_config('enable_seqscan', 'off', true);\n";

    internal override string Word(string word, bool prefix) => prefix ? $"'{word}':*" : $"'{word}'";

    internal override (string From, string Where) Matching(string parameter) => ($"{Entries} s", Meets(parameter));

    internal override string Meets(string parameter) => $"s.lexemes @@ {parameter}::tsquery";

    // Untyped, so that the server takes it for a tsquery at once; as text it would be parsed again for every row.
    internal override void AddQuery(DbCommand command, string name, string query) =>
        ((NpgsqlCommand)command).Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Unknown) { Value = query });
}
