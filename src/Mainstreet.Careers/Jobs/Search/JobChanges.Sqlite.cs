using System.Globalization;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>
/// Rows carry the number of their last change; with one writer at a time numbers are committed in their order. SQL by hand, since the number is
/// the database's and no property of an entry.
/// </summary>
internal sealed class JobChangesSqlite(Storage storage) : IJobChanges
{
    // Closed ones have numbers too, and may have the highest.
    private const string All = $"SELECT changed, {IJobChanges.Columns} FROM careers_posting_search";

    private const string Changed = $"{All} WHERE changed > @since";

    public async Task<string> ReadAsync(string? since, Action<PostingEntry> changed, CancellationToken cancel)
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
            changed(IJobChanges.Entry(reader, 1));
        }

        return seen.ToString(CultureInfo.InvariantCulture);
    }
}
