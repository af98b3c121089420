using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Data;

[Trait("kind", "db")]
public sealed class AllOrNothingTests
{
    private static readonly Problem No = new(409, "no", "No.");

    [Theory, EachEngine]
    public async Task A_problem_inside_another_undoes_its_own_part_only(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var carts = await RunAsync(app, async (db, add, cancel) =>
        {
            await add("before");
            (await db.AllOrNothingAsync<bool>(async _ => { await add("first inside"); return true; }, cancel)).Ok.ShouldBeTrue();
            (await db.AllOrNothingAsync<bool>(async _ => { await add("second inside"); return No; }, cancel)).Ok.ShouldBeFalse();
            (await db.AllOrNothingAsync<bool>(async _ => { await add("third inside"); return true; }, cancel)).Ok.ShouldBeTrue();
            await add("after");
            return true;
        });
        carts.ShouldBe(["before", "first inside", "third inside", "after"], ignoreOrder: true);
    }

    [Theory, EachEngine]
    public async Task A_problem_at_the_end_undoes_what_went_well_inside(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var carts = await RunAsync(app, async (db, add, cancel) =>
        {
            await add("before");
            (await db.AllOrNothingAsync<bool>(async _ => { await add("inside"); return true; }, cancel)).Ok.ShouldBeTrue();
            return No;
        });
        carts.ShouldBeEmpty();
    }

    /// <summary>Runs the work in one transaction, adding a cart for each name, and answers the names whose carts are there afterwards.</summary>
    private static async Task<IReadOnlyList<string>> RunAsync(TestApp app, Func<StoreDb, Func<string, Task>, CancellationToken, Task<Outcome<bool>>> work)
    {
        var cancel = TestContext.Current.CancellationToken;
        var contexts = app.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>();
        var names = new Dictionary<Guid, string>();
        await using (var db = await contexts.CreateDbContextAsync(cancel))
        {
            await db.AllOrNothingAsync(token => work(db, async name =>
            {
                var cart = Cart.Open(null, TimeProvider.System.GetUtcNow());
                names[cart.Id] = name;
                db.Carts.Add(cart);
                await db.SaveChangesAsync(token);
            }, token), cancel);
        }

        await using var after = await contexts.CreateDbContextAsync(cancel);
        var left = await after.Carts.AsNoTracking().Select(c => c.Id).ToListAsync(cancel);
        return [.. left.Where(names.ContainsKey).Select(id => names[id])];
    }
}
