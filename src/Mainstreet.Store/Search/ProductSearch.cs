using System.Data.Common;
using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mainstreet.Store.Search;

/// <summary>
/// Counts, counts by facet and one page in a single statement, so that they agree with each other whatever is written meanwhile. SQL by
/// hand, since LINQ has neither full text of the two engines nor a materialised common table. What differs is in <see cref="SearchDialect"/>.
/// </summary>
internal sealed class ProductSearch(SearchDialect dialect)
{
    private const int HitKind = 9;

    internal static ProductSearch For(Engine engine) => new(engine == Engine.Postgres ? new SearchDialectPostgres() : new SearchDialectSqlite());

    internal async Task<SearchResult> RunAsync(StoreDb db, SearchPlan plan, CancellationToken cancel)
    {
        if (plan.Query is { Groups.Count: 0 }) return SearchResult.None;
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.Transaction = db.Database.CurrentTransaction is { } open ? open.GetDbTransaction() : null;
            command.CommandText = Sql(plan, command);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await ReadAsync(plan, reader, cancel);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Which of the query's groups are met by any product at all.</summary>
    internal async Task<IReadOnlyList<bool>> KnownAsync(StoreDb db, SearchQuery query, bool synthetic, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = dialect.Prelude + "SELECT " + string.Join(", ", query.Groups.Select((group, i) =>
            {
                dialect.AddQuery(command, $"@g{i}", SearchQuery.Of(group).Render(dialect));
                var (from, where) = dialect.Matching($"@g{i}");
                return $"EXISTS (SELECT 1 FROM {from} WHERE {where} AND {OnSale(synthetic)})";
            }));
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (dialect.Prelude.Length > 0) await reader.NextResultAsync(cancel);
            await reader.ReadAsync(cancel);
            return [.. Enumerable.Range(0, query.Groups.Count).Select(reader.GetBoolean)];
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private string Sql(SearchPlan plan, DbCommand command)
    {
        AddFilters(plan.Filter, command);
        var loose = plan.Disjunctive.Where(f => plan.Facets.Contains(f) && Condition(plan.Filter, f) is not null).ToList();
        var sql = new StringBuilder("WITH hits AS MATERIALIZED (SELECT s.product_id, s.in_stock, ");
        sql.Append(Key(plan, command)).Append(" AS k");
        foreach (var facet in plan.Facets.Where(f => f != Facet.InStock)) sql.Append(", s.").Append(Column(facet));
        foreach (var facet in loose) sql.Append(", ").Append(Condition(plan.Filter, facet)).Append(" AS ok_").Append(Column(facet));
        sql.Append(" FROM ").Append(Where(plan, loose, command)).Append(")\n");

        var met = string.Concat(loose.Select(f => $" AND ok_{Column(f)}"));
        sql.Append(CultureInfo.InvariantCulture, $"SELECT 0 AS kind, CAST(NULL AS text) AS value, count(*) AS number, CAST(NULL AS {IdType}) AS id, {False} AS stock FROM hits WHERE 1 = 1{met}");
        foreach (var facet in plan.Facets)
        {
            var others = string.Concat(loose.Where(f => f != facet).Select(f => $" AND ok_{Column(f)}"));
            var value = facet == Facet.InStock ? "CASE WHEN in_stock THEN 'true' ELSE 'false' END" : Column(facet);
            sql.Append(CultureInfo.InvariantCulture, $"\nUNION ALL SELECT {1 + (int)facet}, {value}, count(*), NULL, {False} FROM hits WHERE 1 = 1{others} GROUP BY {value}");
        }

        if (plan.Limit > 0) sql.Append("\nUNION ALL SELECT * FROM (").Append(PageSql(plan, met, command)).Append(") page");
        return sql.ToString();
    }

    /// <summary>Written out, not as a parameter: the indexes are of what is on sale in real shops.</summary>
    private static string OnSale(bool synthetic) => synthetic ? "s.active AND s.synthetic" : "s.active AND NOT s.synthetic";

    private string IdType => dialect is SearchDialectPostgres ? "uuid" : "text";

    private string False => dialect is SearchDialectPostgres ? "false" : "0";

    private static string PageSql(SearchPlan plan, string met, DbCommand command)
    {
        var isName = plan.Sort == SortBy.Name;
        var (order, beyond) = plan.Sort is SortBy.Name or SortBy.PriceAsc ? ("ASC", ">") : ("DESC", "<");
        var after = "";
        if (plan.After is { } cursor)
        {
            Add(command, "@key", isName ? cursor.Text : cursor.Number);
            Add(command, "@last", cursor.Id);
            after = $" AND (k {beyond} @key OR (k = @key AND product_id > @last))";
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"SELECT {HitKind}, {(isName ? "k" : "NULL")}, {(isName ? "0" : "k")}, product_id, in_stock FROM hits WHERE 1 = 1{met}{after} ORDER BY k {order}, product_id LIMIT {plan.Limit + 1}");
    }

    /// <summary>The column that is sorted by; relevance is the tier, then the shorter name.</summary>
    private string Key(SearchPlan plan, DbCommand command)
    {
        switch (plan.Sort)
        {
            case SortBy.Name: return "s.name_key";
            case SortBy.PriceAsc or SortBy.PriceDesc: return "s.price_amount";
            case SortBy.Newest: return "s.listed";
        }

        if (plan.Query is not { } query) return "CAST(-s.name_length AS bigint)";
        dialect.AddQuery(command, "@t3", query.Render(dialect, literal: true, name: true));
        dialect.AddQuery(command, "@t2", query.Render(dialect, name: true));
        dialect.AddQuery(command, "@t1", query.Render(dialect, literal: true));
        return $"CAST(CASE WHEN {dialect.Meets("@t3")} THEN 300000 WHEN {dialect.Meets("@t2")} THEN 200000 WHEN {dialect.Meets("@t1")} THEN 100000 ELSE 0 END - s.name_length AS bigint)";
    }

    private string Where(SearchPlan plan, List<Facet> loose, DbCommand command)
    {
        var (from, where) = ($"{dialect.Entries} s", "1 = 1");
        if (plan.Query is { } query)
        {
            dialect.AddQuery(command, "@match", query.Render(dialect));
            (from, where) = dialect.Matching("@match");
        }

        var sql = new StringBuilder($"{from} WHERE {where} AND {OnSale(plan.Synthetic)}");
        var filter = plan.Filter;
        If(filter.BusinessId, "s.business_id = @business", "@business");
        If(filter.PriceMin, "s.price_amount >= @least", "@least");
        If(filter.PriceMax, "s.price_amount <= @most", "@most");
        foreach (var facet in Enum.GetValues<Facet>().Except(loose))
        {
            if (Condition(filter, facet) is { } condition) sql.Append(" AND ").Append(condition);
        }

        return sql.ToString();

        void If<T>(T? value, string condition, string parameter)
            where T : struct
        {
            if (value is not { } known) return;
            sql.Append(" AND ").Append(condition);
            Add(command, parameter, known);
        }
    }

    /// <summary>The facet's own filter, or null when there is none.</summary>
    private static string? Condition(SearchFilter filter, Facet facet)
    {
        if (facet == Facet.InStock) return filter.InStock is null ? null : "s.in_stock = @in_stock";
        var count = Values(filter, facet).Count;
        return count == 0 ? null : $"s.{Column(facet)} IN ({string.Join(", ", Enumerable.Range(0, count).Select(i => $"@{Column(facet)}{i}"))})";
    }

    private static void AddFilters(SearchFilter filter, DbCommand command)
    {
        if (filter.InStock is { } wanted) Add(command, "@in_stock", wanted);
        foreach (var facet in Enum.GetValues<Facet>().Where(f => f != Facet.InStock))
        {
            var values = Values(filter, facet);
            for (var i = 0; i < values.Count; i++) Add(command, $"@{Column(facet)}{i}", values[i]);
        }
    }

    private static IReadOnlyList<string> Values(SearchFilter filter, Facet facet) =>
        facet switch { Facet.Category => filter.Category, Facet.SubCategory => filter.SubCategory, _ => filter.Brand };

    private static string Column(Facet facet) => facet switch
    {
        Facet.Category => "category",
        Facet.SubCategory => "sub_category",
        Facet.Brand => "brand",
        _ => "in_stock",
    };

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private static async Task<SearchResult> ReadAsync(SearchPlan plan, DbDataReader reader, CancellationToken cancel)
    {
        long total = 0;
        var counts = plan.Facets.ToDictionary(f => f, _ => new List<FacetCount>());
        var page = new List<(SearchHit Hit, SearchCursor End)>();
        while (await reader.ReadAsync(cancel))
        {
            var kind = reader.GetInt32(0);
            if (kind == 0) total = reader.GetInt64(2);
            else if (kind != HitKind) counts[(Facet)(kind - 1)].Add(new FacetCount(reader.GetString(1), reader.GetInt64(2)));
            else page.Add((new SearchHit(reader.GetGuid(3), reader.GetBoolean(4)),
                new SearchCursor(plan.Sort, reader.GetInt64(2), await reader.IsDBNullAsync(1, cancel) ? "" : reader.GetString(1), reader.GetGuid(3))));
        }

        // The order of a union's rows is nobody's promise.
        page.Sort((a, b) => Compare(plan.Sort, a.End, b.End));
        var facets = counts.ToDictionary(c => c.Key, IReadOnlyList<FacetCount> (c) =>
            [.. c.Value.OrderByDescending(f => f.Count).ThenBy(f => f.Value, StringComparer.Ordinal)]);
        var next = page.Count > plan.Limit && plan.Limit > 0 ? page[plan.Limit - 1].End : null;
        return new SearchResult(total, facets, [.. page.Take(plan.Limit).Select(p => p.Hit)], next);
    }

    /// <summary>The order of the page in memory: UTF-8 order for names, as both engines have it.</summary>
    internal static int Compare(SortBy sort, SearchCursor a, SearchCursor b)
    {
        var byKey = sort switch
        {
            SortBy.Name => Encoding.UTF8.GetBytes(a.Text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Text)),
            SortBy.PriceAsc => a.Number.CompareTo(b.Number),
            _ => b.Number.CompareTo(a.Number),
        };
        return byKey != 0 ? byKey : string.CompareOrdinal(a.Id.ToString("N"), b.Id.ToString("N"));
    }
}
