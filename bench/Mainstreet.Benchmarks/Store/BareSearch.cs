using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Searching;
using Mainstreet.Store.Search;

using Npgsql;

namespace Mainstreet.Benchmarks.Store;

/// <summary>
/// What PostgreSQL does by itself: an English tsvector, ts_rank, one statement for the page and one for total and facets. No
/// corrections, no synonyms, no keyset, no consistent snapshot.
/// </summary>
internal static class BareSearch
{
    internal static async Task PrepareAsync(Storage storage)
    {
        await using var connection = (NpgsqlConnection)await storage.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(
            """
            CREATE TABLE IF NOT EXISTS bare AS SELECT p.id, p.name, p.brand, p.category, p.sub_category, p.price_amount, s.in_stock,
              setweight(to_tsvector('english', p.name), 'A') || to_tsvector('english', concat_ws(' ', p.brand, p.category, p.sub_category, p.description)) AS doc
            FROM store.products p JOIN store.product_search s ON s.product_id = p.id;
            CREATE INDEX IF NOT EXISTS bare_doc ON bare USING gin (doc);
            ANALYZE bare
            """, connection)
        { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    /// <returns>How many were found.</returns>
    internal static async Task<long> RunAsync(Storage storage, SearchProducts.Filter filter, CancellationToken cancel)
    {
        await using var connection = (NpgsqlConnection)await storage.OpenAsync(cancel);
        var words = filter.Q is null ? null : string.Join(" & ", SearchWords.In(filter.Q).Select(w => w.Text)) + ":*";
        var where = "1 = 1" + (words is null ? "" : " AND doc @@ to_tsquery('english', @q)") + (filter.Category is null ? "" : " AND category = ANY(@categories)")
            + (filter.PriceMax is null ? "" : " AND price_amount <= @most") + (filter.InStock is null ? "" : " AND in_stock");
        var order = filter.Sort == "price" ? "price_amount, id" : words is null ? "name, id" : "ts_rank(doc, to_tsquery('english', @q)) DESC, id";
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command($"SELECT id, name, brand, category, sub_category, price_amount, in_stock FROM bare WHERE {where} ORDER BY {order} LIMIT 50"));
        batch.BatchCommands.Add(Command($"SELECT grouping(category, brand), category, brand, count(*) FROM bare WHERE {where} GROUP BY GROUPING SETS ((category), (brand), ())"));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) reader.GetString(1);
        await reader.NextResultAsync(cancel);
        long total = 0;
        while (await reader.ReadAsync(cancel))
        {
            if (reader.GetInt32(0) == 3) total = reader.GetInt64(3);
        }

        return total;

        NpgsqlBatchCommand Command(string sql)
        {
            var command = new NpgsqlBatchCommand(sql);
            if (words is not null) command.Parameters.AddWithValue("q", words);
            if (filter.Category is not null) command.Parameters.AddWithValue("categories", filter.Category);
            if (filter.PriceMax is { } most) command.Parameters.AddWithValue("most", most);
            return command;
        }
    }
}
