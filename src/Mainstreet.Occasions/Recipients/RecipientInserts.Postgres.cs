using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;

using Npgsql;

using NpgsqlTypes;

namespace Mainstreet.Occasions.Recipients;

/// <summary>Raw, since LINQ has no COPY, which writes rows several times faster than INSERT and without a parameter for each cell.</summary>
internal sealed class RecipientInsertsPostgres : IRecipientInserts
{
    private const string Copy = """
        COPY occasions.recipients (id, business_id, first_name, last_name, email, phone, birthday, birthday_day, anniversary, anniversary_day,
          time_zone, language, channels, paused, search, version, synthetic, created_at, updated_at) FROM STDIN (FORMAT BINARY)
        """;

    public async Task InsertAsync(OccasionsDb db, IReadOnlyList<Recipient> recipients, CancellationToken cancel)
    {
        await using var copy = await ((NpgsqlConnection)db.Database.GetDbConnection()).BeginBinaryImportAsync(Copy, cancel);
        foreach (var row in recipients)
        {
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancel);
            await copy.WriteAsync(row.BusinessId, NpgsqlDbType.Uuid, cancel);
            await copy.WriteAsync(row.FirstName, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.LastName, NpgsqlDbType.Text, cancel);
            await TextAsync(row.Email);
            await TextAsync(row.Phone);
            await TextAsync(row.Birthday);
            await NumberAsync(row.BirthdayDay);
            await TextAsync(row.Anniversary);
            await NumberAsync(row.AnniversaryDay);
            await copy.WriteAsync(row.TimeZone, NpgsqlDbType.Text, cancel);
            await TextAsync(row.Language);
            await copy.WriteAsync(row.Channels, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Paused, NpgsqlDbType.Boolean, cancel);
            await copy.WriteAsync(row.Search, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Version, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(row.Synthetic, NpgsqlDbType.Boolean, cancel);
            await copy.WriteAsync(row.CreatedAt, NpgsqlDbType.TimestampTz, cancel);
            await copy.WriteAsync(row.UpdatedAt, NpgsqlDbType.TimestampTz, cancel);
        }

        await copy.CompleteAsync(cancel);

        Task TextAsync(string? text) => text is null ? copy.WriteNullAsync(cancel) : copy.WriteAsync(text, NpgsqlDbType.Text, cancel);
        Task NumberAsync(int? number) => number is { } some ? copy.WriteAsync(some, NpgsqlDbType.Integer, cancel) : copy.WriteNullAsync(cancel);
    }
}
