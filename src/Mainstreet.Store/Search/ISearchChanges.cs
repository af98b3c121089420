using System.Data.Common;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Store.Search;

/// <summary>Search entries as they change. On a connection of its own: what is not committed is nobody's business.</summary>
internal interface ISearchChanges
{
    /// <summary>Reads entries that became visible since; each as it is now, a deleted one as inactive and before one that took its id again.</summary>
    /// <param name="since">What the last reading returned; null: reads all that are on sale.</param>
    /// <returns>For the next reading.</returns>
    Task<string> ReadAsync(string? since, Action<SearchEntry> changed, CancellationToken cancel);

    internal const string Columns = "product_id, business_id, synthetic, active, category, sub_category, brand, price_amount, in_stock, name_key, name_length, listed, words";

    /// <summary>A row of <see cref="Columns"/> from the given place on.</summary>
    internal static SearchEntry Entry(DbDataReader row, int at) => new()
    {
        ProductId = row.GetGuid(at),
        BusinessId = row.GetGuid(at + 1),
        Synthetic = row.GetBoolean(at + 2),
        Active = row.GetBoolean(at + 3),
        Category = row.GetString(at + 4),
        SubCategory = row.GetString(at + 5),
        Brand = row.GetString(at + 6),
        PriceAmount = row.GetInt64(at + 7),
        InStock = row.GetBoolean(at + 8),
        NameKey = row.GetString(at + 9),
        NameLength = row.GetInt32(at + 10),
        Listed = row.GetInt64(at + 11),
        Words = row.GetString(at + 12),
    };

    internal static ISearchChanges For(Storage storage) => storage.Engine == Engine.Postgres ? new SearchChangesPostgres(storage) : new SearchChangesSqlite(storage);
}
