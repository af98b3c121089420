using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Search;

/// <summary>The copies of two replicas against the database: the same answers after any changes, and never an old one.</summary>
[Trait("kind", "db")]
public sealed class SearchMirrorTests
{
    private static readonly string[] Nouns = ["rice", "basmati", "potatoes", "almonds", "cookies", "butter", "spinach", "turmeric", "cauliflower", "oats", "7up", "dahi"];

    private static readonly string[] Others = ["fresh", "organic", "salted", "green", "500g", "crème", "premium"];

    private static readonly string[] Typed = ["rice", "ric", "basmti", "potatos fresh", "almnd", "buter", "cookie", "spinahc", "tumeric", "organc rice", "bu", "7u", "curd", "cauliflwer", "xyzzy", "saltd butr", "greem"];

    [Theory, EachEngine]
    public async Task After_any_changes_memory_answers_as_the_database_does(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, Sources);
        await using var first = Replica(database.Storage);
        await using var second = Replica(database.OpenStorage());
        var factory = first.GetRequiredService<IDbContextFactory<StoreDb>>();
        var random = new Random(41);
        var shop = await OpenAsync(factory);
        for (var round = 0; round < 60; round++)
        {
            await ChangeAsync(first, shop, random);
            var replica = random.Next(3) == 0 ? second : first;
            await using var db = await replica.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
            var (inDatabase, inMemory) = Both(replica, db);
            (await replica.GetRequiredService<SearchMirror>().RefreshAsync(CancellationToken.None)).ShouldBeTrue();
            for (var i = 0; i < 12; i++)
            {
                var plan = Plan(random);
                var query = SearchQuery.Read(plan.Filter.Q, SynonymTable.Empty);
                var expected = JsonSerializer.Serialize(await SearchRun.RunAsync(inDatabase, plan, query, CancellationToken.None));
                JsonSerializer.Serialize(await SearchRun.RunAsync(inMemory, plan, query, CancellationToken.None)).ShouldBe(expected, $"{round} {JsonSerializer.Serialize(plan)}");
                plan = plan with { Sort = SortBy.Name };
                var all = JsonSerializer.Serialize(await inDatabase.RunAsync(plan, CancellationToken.None));
                JsonSerializer.Serialize(await inMemory.RunAsync(plan, CancellationToken.None)).ShouldBe(all, $"{round} {JsonSerializer.Serialize(plan)}");
            }
        }
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Every_replica_shows_a_committed_change_to_the_next_search(Engine engine)
    {
        const int Writers = 8;
        const int Changes = 25;
        await using var database = await TestDatabase.CreateAsync(engine, Sources);
        await using var first = Replica(database.Storage);
        await using var second = Replica(database.OpenStorage());
        var factory = first.GetRequiredService<IDbContextFactory<StoreDb>>();
        var shop = await OpenAsync(factory);
        await ImportAsync(first, shop, [.. Enumerable.Range(0, Writers).Select(i => Row(i, $"Thing{i}", 1_000))]);
        foreach (var replica in new[] { first, second }) await replica.GetRequiredService<SearchMirror>().RefreshAsync(CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var change = 1; change <= Changes; change++)
            {
                var price = (writer * 1_000_000L) + change;
                await using (var db = await factory.CreateDbContextAsync())
                {
                    await db.InTransactionAsync(async token =>
                    {
                        await db.SearchEntries.Where(e => e.NameKey == $"thing{writer}").ExecuteUpdateAsync(set => set.SetProperty(e => e.PriceAmount, price), token);
                        // Others begin and end while this one is open: numbers are given in one order and committed in another.
                        for (var i = 0; i < writer; i++) await Task.Yield();
                        return 0;
                    }, CancellationToken.None);
                }

                var mirror = (change % 2 == 0 ? first : second).GetRequiredService<SearchMirror>();
                (await mirror.RefreshAsync(CancellationToken.None)).ShouldBeTrue();
                var filter = new SearchFilter($"thing{writer}", [], [], [], PriceMin: price, PriceMax: price);
                var plan = new SearchPlan(filter, SearchQuery.Read(filter.Q, SynonymTable.Empty), false, SortBy.PriceAsc, [], [], 10);
                mirror.Read(index => SearchIndexRun.Of(index, plan))!.Total.ShouldBe(1, $"{writer} {change}");
            }
        })));
    }

    [Theory, EachEngine]
    public async Task More_products_than_allowed_are_left_to_the_database(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, Sources);
        await using var replica = Replica(database.Storage, most: 3);
        var factory = replica.GetRequiredService<IDbContextFactory<StoreDb>>();
        var shop = await OpenAsync(factory);
        var mirror = replica.GetRequiredService<SearchMirror>();
        foreach (var (products, kept) in new[] { (3, true), (4, false), (5, false) })
        {
            await ImportAsync(replica, shop, [.. Enumerable.Range(0, products).Select(i => Row(i, $"Rice {i}", 1_000))]);
            (await mirror.RefreshAsync(CancellationToken.None)).ShouldBe(kept);
            await using var db = await factory.CreateDbContextAsync();
            var plan = SearchProducts.PlanOf(new SearchProducts.Filter("rice"), synthetic: false).Value!;
            (await replica.GetRequiredService<SearchRun>().RunAsync(db, plan, CancellationToken.None)).Result.Total.ShouldBe(products);
        }
    }

    private static MigrationSource[] Sources => [new("foundation", typeof(FoundationDb).Assembly), new StoreModule().Migrations];

    private static (SearchInDatabase Database, SearchInMemory Memory) Both(ServiceProvider replica, StoreDb db)
    {
        var vocabulary = replica.GetRequiredService<ISearchVocabulary>();
        var database = new SearchInDatabase(db, replica.GetRequiredService<ProductSearch>(), vocabulary);
        return (database, new SearchInMemory(db, replica.GetRequiredService<SearchMirror>(), vocabulary, database));
    }

    private static ServiceProvider Replica(Storage storage, int most = 10_000)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(storage);
        services.AddSingleton(Options.Create(new JobOptions()));
        services.AddSingleton(Options.Create(new StoreOptions { SearchInMemory = most }));
        services.AddPooledDbContextFactory<StoreDb>((provider, db) => storage.Configure(db, provider));
        SearchServices.AddSearch(services);
        return services.BuildServiceProvider();
    }

    private static async Task<Shop> OpenAsync(IDbContextFactory<StoreDb> factory)
    {
        var clock = TimeProvider.System;
        await using var db = await factory.CreateDbContextAsync();
        var shop = new Shop { Id = clock.NewId(), BusinessId = clock.NewId(), Name = "Corner", Line1 = "1", City = "B", PostalCode = "1", CreatedAt = clock.Now(), Version = 1 };
        db.Shops.Add(shop);
        await db.SaveChangesAsync();
        return shop;
    }

    private static async Task ImportAsync(ServiceProvider replica, Shop shop, List<ProductRow> rows)
    {
        await using var db = await replica.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        var run = new ImportProducts.Run(db, replica.GetRequiredService<ProductIndex>(), TimeProvider.System, shop, actor: null);
        await run.FlushAsync(rows, CancellationToken.None);
        run.Answer().RejectedCount.ShouldBe(0);
    }

    /// <summary>Products added, changed, taken off sale, deleted, put back.</summary>
    private static async Task ChangeAsync(ServiceProvider replica, Shop shop, Random random)
    {
        if (random.Next(6) == 0)
        {
            await using var db = await replica.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
            await db.InTransactionAsync(async token =>
            {
                var entries = await db.SearchEntries.AsNoTracking().OrderByDescending(e => e.Listed).ThenBy(e => e.ProductId).Take(3).ToListAsync(token);
                foreach (var entry in entries)
                {
                    await db.SearchEntries.Where(e => e.ProductId == entry.ProductId).ExecuteDeleteAsync(token);
                    if (random.Next(2) > 0) db.SearchEntries.Add(entry);
                }

                return await db.SaveChangesAsync(token);
            }, CancellationToken.None);
            return;
        }

        var rows = Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(120)).Distinct().Select(sku => Row(sku, $"{Pick(Others)} {Pick(Nouns)}", 100 * random.Next(1, 90)) with
        {
            Brand = "Brand " + random.Next(4).ToString(CultureInfo.InvariantCulture),
            Category = "Kind " + random.Next(4).ToString(CultureInfo.InvariantCulture),
            Description = $"{Pick(Nouns)} and {Pick(Others)}",
            OnHand = random.Next(3),
            Active = random.Next(6) > 0,
        });
        await ImportAsync(replica, shop, [.. rows]);

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    private static ProductRow Row(int sku, string name, long price) =>
        new(sku + 2, sku.ToString(CultureInfo.InvariantCulture), name, "Lamp Lane", "Staples", null, null, null, price, null, null, null, null, OnHand: 1);

    private static SearchPlan Plan(Random random)
    {
        List<string> Some(string name) => random.Next(3) > 0 ? [] : [.. Enumerable.Range(0, 5).Where(_ => random.Next(2) > 0).Select(i => $"{name} {i}")];
        List<Facet> Facets() => [.. Enum.GetValues<Facet>().Where(_ => random.Next(2) > 0)];
        var filter = new SearchFilter(
            Typed[random.Next(Typed.Length)], Some("Kind"), [], Some("Brand"), random.Next(4) == 0 ? 2_000 : null, random.Next(4) == 0 ? 7_000 : null, random.Next(4) == 0 ? random.Next(2) > 0 : null);
        return new SearchPlan(filter, null, false, Enum.GetValues<SortBy>()[random.Next(5)], Facets(), Facets(), random.Next(1, 30));
    }
}
