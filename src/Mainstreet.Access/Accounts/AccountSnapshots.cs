using System.Data.Common;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Hosting;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Reads an account with its roles, memberships and session in one statement, one row. LINQ turns two collections into a
/// cartesian join or into several round trips, and this is what every request waits for when the cache is cold.
/// </summary>
internal sealed class AccountSnapshots(Storage storage, PermissionCatalogue permissions, IAccessRules rules, IHostEnvironment environment, TimeProvider clock)
{
    private readonly string _withSession = Sql(storage, withSession: true);
    private readonly string _withoutSession = Sql(storage, withSession: false);

    /// <summary>The account now, or <c>null</c> when it is unknown, disabled, or the session is over or another's.</summary>
    internal async Task<Caller?> ReadAsync(Guid accountId, Guid? sessionId, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sessionId is null ? _withoutSession : _withSession;
        Add(command, "account", accountId);
        if (sessionId is { } session)
        {
            Add(command, "session", session);
            Add(command, "now", storage.Engine == Engine.Sqlite ? clock.Now().ToMicroseconds() : clock.Now());
        }

        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel)) return null;
        if (reader.GetBoolean(3) && environment.IsProduction()) return null;
        return new Caller(
            accountId, reader.GetString(0), reader.GetString(1), reader.GetBoolean(2),
            reader.IsDBNull(4) ? [] : reader.GetString(4).Split(' '),
            reader.IsDBNull(5) ? [] : [.. reader.GetString(5).Split(' ').Select(ReadMembership)],
            permissions.ByName, rules);
    }

    private static Membership ReadMembership(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new Membership(Guid.Parse(text.AsSpan(0, colon)), text[(colon + 1)..]);
    }

    private static string Sql(Storage storage, bool withSession)
    {
        var session = withSession
            ? $"""
                JOIN {storage.Table("access", "sessions")} s
                  ON s.account_id = a.id AND s.id = @session AND s.ended_at IS NULL AND s.expires_at > @now
              """
            : "";
        return $"""
            SELECT a.email, a.display_name, a.synthetic, a.demo,
              (SELECT string_agg(r.role, ' ') FROM {storage.Table("access", "account_roles")} r WHERE r.account_id = a.id),
              (SELECT string_agg(CAST(m.business_id AS text) || ':' || m.role, ' ') FROM {storage.Table("access", "members")} m WHERE m.account_id = a.id)
            FROM {storage.Table("access", "accounts")} a
            {session}
            WHERE a.id = @account AND a.disabled_at IS NULL
            """;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
