using System.Data.Common;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>Search entries as they change (docs/decisions/0023). On a connection of its own: what is not committed is nobody's business.</summary>
internal interface IJobChanges
{
    /// <summary>Reads entries that became visible since, each as it is now.</summary>
    /// <param name="since">What the last reading returned; null: reads all that are open.</param>
    /// <returns>For the next reading.</returns>
    Task<string> ReadAsync(string? since, Action<PostingEntry> changed, CancellationToken cancel);

    internal const string Columns = "posting_id, synthetic, open, company, places, workplace, employment, seniority, sources, currency, yearly_least, yearly_most, posted, ends, words";

    /// <summary>A row of <see cref="Columns"/> from the given place on.</summary>
    internal static PostingEntry Entry(DbDataReader row, int at) => new()
    {
        PostingId = row.GetGuid(at),
        Synthetic = row.GetBoolean(at + 1),
        Open = row.GetBoolean(at + 2),
        Company = row.GetString(at + 3),
        Places = row.GetString(at + 4),
        Workplace = Word<Workplace>(row, at + 5),
        Employment = Word<Employment>(row, at + 6),
        Seniority = Word<Seniority>(row, at + 7),
        Sources = row.GetString(at + 8),
        Currency = row.IsDBNull(at + 9) ? null : row.GetString(at + 9),
        YearlyLeast = row.IsDBNull(at + 10) ? null : row.GetInt64(at + 10),
        YearlyMost = row.IsDBNull(at + 11) ? null : row.GetInt64(at + 11),
        Posted = row.GetInt64(at + 12),
        Ends = row.GetInt64(at + 13),
        Words = row.GetString(at + 14),
    };

    internal static IJobChanges For(Storage storage) => storage.Engine == Engine.Postgres ? new JobChangesPostgres(storage) : new JobChangesSqlite(storage);

    private static T? Word<T>(DbDataReader row, int at)
        where T : struct, Enum => row.IsDBNull(at) ? null : Enum.Parse<T>(row.GetString(at));
}
