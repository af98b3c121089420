using System.Globalization;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Store.Search;

/// <summary>Rows carry the number of their last change; with one writer at a time numbers are committed in their order. SQL by hand to read both tables at one moment.</summary>
internal sealed class SearchChangesSqlite(Storage storage) : ISearchChanges
{
    private const string Gone = "SELECT changed, product_id, product_id, 0, 0, '', '', '', 0, 0, '', 0, 0, '' FROM store_search_removed";

    // Those that are gone have numbers too, and may have the highest.
    private const string All = $"{Gone} UNION ALL SELECT changed, {ISearchChanges.Columns} FROM store_product_search";

    private const string Changed = $"""
        SELECT changed, {ISearchChanges.Columns} FROM store_product_search WHERE changed > @since
        UNION ALL {Gone} WHERE changed > @since ORDER BY 5
        """;

    public async Task<string> ReadAsync(string? since, Action<SearchEntry> changed, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = since is null ? All : Changed;
        var seen = since is null ? 0 : long.Parse(since, CultureInfo.InvariantCulture);
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@since", seen);
        command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            seen = Math.Max(seen, reader.GetInt64(0));
            changed(ISearchChanges.Entry(reader, 1));
        }

        return seen.ToString(CultureInfo.InvariantCulture);
    }
}
