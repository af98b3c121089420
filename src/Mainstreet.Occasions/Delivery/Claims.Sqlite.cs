using System.Data.Common;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Delivery;

/// <summary>
/// Raw SQL because each claim moves and reads hundreds of rows in one transaction of the one writer, and EF would track every one of
/// them. Leases run on this machine's real clock: there is one machine.
/// </summary>
internal sealed class SqliteClaims(IDbContextFactory<OccasionsDb> contexts, Storage storage, TimeProvider real) : IClaims
{
    private const string Columns = """
        SELECT m.id, m.business_id, m.recipient_id, m.occasion, m.local_year, m.local_date, m.time_zone, m.due_at, m.send_by, m.fence,
          m.attempts, m.attempts_before, m.uncertain, m.synthetic, m.provider, m.history, m.in_flight, m.channel,
          r.first_name, r.last_name, r.email, r.phone, r.time_zone, r.language, r.channels, CASE m.occasion WHEN 'Birthday' THEN r.birthday ELSE r.anniversary END,
          r.email IS NOT NULL AND EXISTS (SELECT 1 FROM occasions_suppressions x WHERE x.business_id = m.business_id AND x.channel = 'email' AND x.address = lower(r.email)),
          r.phone IS NOT NULL AND EXISTS (SELECT 1 FROM occasions_suppressions x WHERE x.business_id = m.business_id AND x.channel = 'sms' AND x.address = r.phone),
          coalesce(r.paused, 0) OR coalesce(s.paused OR CASE m.occasion WHEN 'Birthday' THEN s.birthday_paused ELSE s.anniversary_paused END, 0),
          s.channels, s.quiet_from, s.quiet_until
        FROM occasions_messages m
        LEFT JOIN occasions_recipients r ON r.id = m.recipient_id
        LEFT JOIN occasions_settings s ON s.business_id = m.business_id
        """;

    private const string Due = "m.work_at <= max(@now, @real) AND CASE WHEN m.in_flight THEN m.work_at <= @real ELSE m.work_at <= @now END";

    public async Task<IReadOnlyList<ClaimedMessage>> ClaimAsync(DateTimeOffset now, int count, TimeSpan lease, CancellationToken cancel)
    {
        // A reader does not queue for the one writer.
        if (!await AnyAsync(now, cancel)) return [];
        return await TakeAsync($"{Columns} WHERE {Due} ORDER BY m.work_at LIMIT @count", now, lease, command => command.With("count", count), cancel);
    }

    public Task<IReadOnlyList<ClaimedMessage>> ClaimAsync(DateTimeOffset now, Guid[] ids, TimeSpan lease, CancellationToken cancel) =>
        TakeAsync(
            $"{Columns} WHERE m.id IN (SELECT value FROM json_each(@ids)) AND (m.status = 'Queued' OR (m.status = 'Scheduled' AND m.due_at <= @now))",
            now, lease, command => command.With("ids", SqliteCommands.Json(ids)), cancel);

    public async Task<IReadOnlyCollection<Guid>> CompleteAsync(IReadOnlyList<Completion> completions, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.InTransactionAsync<IReadOnlyCollection<Guid>>(async token =>
        {
            await using var command = db.Raw("""
                UPDATE occasions_messages
                SET status = @status, in_flight = @held, work_at = CASE WHEN @held THEN work_at ELSE @workAt END,
                    attempts = attempts + @tried, uncertain = uncertain OR @uncertain,
                    channel = coalesce(@channel, channel), provider = coalesce(@provider, provider),
                    provider_reference = coalesce(@reference, provider_reference), last_error = @error, sent_at = @sentAt,
                    history = CASE WHEN @history IS NULL THEN history WHEN history IS NULL THEN @history ELSE history || char(10) || @history END,
                    due_at = coalesce(@dueAt, due_at), send_by = coalesce(@sendBy, send_by), reason = coalesce(@reason, reason)
                WHERE id = @id AND fence = @fence AND in_flight
                """);
            var stood = new HashSet<Guid>(completions.Count);
            foreach (var c in completions)
            {
                command.With("id", c.Id).With("fence", c.Fence).With("status", c.Status.ToString()).With("held", c.Held)
                    .With("workAt", c.WorkAt?.ToMicroseconds()).With("tried", c.Tried).With("uncertain", c.Uncertain)
                    .With("channel", c.Channel).With("provider", c.Provider).With("reference", c.Reference).With("error", c.Error)
                    .With("sentAt", c.SentAt?.ToMicroseconds()).With("history", c.History)
                    .With("dueAt", c.Moved?.DueAt.ToMicroseconds()).With("sendBy", c.Moved?.SendBy.ToMicroseconds()).With("reason", c.Moved?.Reason);
                if (await command.ExecuteNonQueryAsync(token) == 1) stood.Add(c.Id);
            }

            return stood;
        }, cancel);
    }

    public async Task<IReadOnlyCollection<Guid>> RenewAsync(IReadOnlyList<ClaimedMessage> held, TimeSpan lease, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.InTransactionAsync<IReadOnlyCollection<Guid>>(async token =>
        {
            await using var command = db.Raw("UPDATE occasions_messages SET work_at = @until WHERE id = @id AND fence = @fence AND in_flight");
            command.With("until", (real.GetUtcNow() + lease).ToMicroseconds());
            var renewed = new HashSet<Guid>();
            foreach (var message in held)
            {
                if (await command.With("id", message.Id).With("fence", message.Fence).ExecuteNonQueryAsync(token) == 1) renewed.Add(message.Id);
            }

            return renewed;
        }, cancel);
    }

    private async Task<bool> AnyAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT EXISTS (SELECT 1 FROM occasions_messages m WHERE {Due})";
        command.With("now", now.ToMicroseconds()).With("real", real.GetUtcNow().ToMicroseconds());
        return (long)(await command.ExecuteScalarAsync(cancel))! == 1;
    }

    private async Task<IReadOnlyList<ClaimedMessage>> TakeAsync(string select, DateTimeOffset now, TimeSpan lease, Action<DbCommand> bind, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.InTransactionAsync<IReadOnlyList<ClaimedMessage>>(async token =>
        {
            var at = real.GetUtcNow();
            var messages = new List<ClaimedMessage>();
            var abandoned = new List<(ClaimedMessage Message, string Line)>();
            await using (var command = db.Raw(select))
            {
                command.With("now", now.ToMicroseconds()).With("real", at.ToMicroseconds());
                bind(command);
                await using var reader = await command.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token)) messages.Add(Read(reader, now, abandoned));
            }

            if (messages.Count == 0) return messages;
            await using (var command = db.Raw("""
                UPDATE occasions_messages SET status = 'Sending', fence = fence + 1, in_flight = 1, work_at = @until
                WHERE id IN (SELECT value FROM json_each(@ids))
                """))
            {
                await command.With("until", (at + lease).ToMicroseconds()).With("ids", SqliteCommands.Json(messages.Select(m => m.Id))).ExecuteNonQueryAsync(token);
            }

            await using var mark = db.Raw("""
                UPDATE occasions_messages SET attempts = attempts + 1, uncertain = 1,
                  history = CASE WHEN history IS NULL THEN @line ELSE history || char(10) || @line END WHERE id = @id
                """);
            foreach (var (message, line) in abandoned) await mark.With("id", message.Id).With("line", line).ExecuteNonQueryAsync(token);
            return messages;
        }, cancel);
    }

    private static ClaimedMessage Read(DbDataReader reader, DateTimeOffset now, List<(ClaimedMessage, string)> abandoned)
    {
        var (attempts, history, provider) = (reader.GetInt32(10), reader.Text(15), reader.Text(14));
        var left = reader.GetBoolean(16);
        var line = left
            ? AttemptLine.Write(new MessageAttempt(attempts + 1, provider, reader.Text(17), null, now, AttemptLine.Unknown, null, "The worker did not live to tell.", null))
            : "";
        var message = new ClaimedMessage
        {
            Id = reader.GetGuid(0),
            BusinessId = reader.GetGuid(1),
            RecipientId = reader.GetGuid(2),
            Occasion = Enum.Parse<Occasion>(reader.GetString(3)),
            LocalYear = reader.GetInt32(4),
            LocalDate = reader.GetString(5),
            PlannedZone = reader.GetString(6),
            DueAt = Instants.FromMicroseconds(reader.GetInt64(7)),
            SendBy = Instants.FromMicroseconds(reader.GetInt64(8)),
            Fence = reader.GetInt64(9) + 1,
            Attempts = left ? attempts + 1 : attempts,
            AttemptsBefore = reader.GetInt32(11),
            Uncertain = left || reader.GetBoolean(12),
            Synthetic = reader.GetBoolean(13),
            Provider = provider,
            History = !left ? history : history is null ? line : $"{history}\n{line}",
            Recipient = reader.IsDBNull(18) ? null : new Addressee(
                reader.GetString(18), reader.GetString(19), reader.Text(20), reader.Text(21), reader.GetString(22), reader.Text(23), reader.GetString(24),
                reader.Text(25), reader.GetBoolean(26), reader.GetBoolean(27)),
            Paused = reader.GetBoolean(28),
            Channels = reader.Text(29),
            QuietFrom = reader.Text(30),
            QuietUntil = reader.Text(31),
        };
        if (left) abandoned.Add((message, line));
        return message;
    }
}
