using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Catalogue;

/// <summary>Products edited by people without a role in the shop: by grants and by relations.</summary>
[Trait("kind", "db")]
public sealed class GrantedProductTests(StoreApps apps)
{
    private const string Rename = "{\"name\":\"Basmati\"}";
    private const string Edit = "store.products.edit";

    [Theory, EachEngine]
    public async Task A_grant_on_a_product_or_on_the_business_opens_as_much_as_it_names(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var (rice, salt) = ((await shop.AddAsync("Rice")).GetProperty("id").GetGuid(), (await shop.AddAsync("Salt")).GetProperty("id").GetGuid());
        var helper = await TestUser.RegisterAsync(shop.App);
        (await RenameAsync(helper, rice)).ShouldBe(403);
        var grant = await shop.Owner.PostAsync("/v1/access/grants", new { subject = $"user:{helper.Id}", permission = Edit, resource = $"product:{rice}" });
        grant.GetProperty("businessId").GetGuid().ShouldBe(shop.BusinessId);
        (await RenameAsync(helper, rice)).ShouldBe(200);
        (await RenameAsync(helper, salt)).ShouldBe(403);
        (await helper.SendJsonAsync(HttpMethod.Put, $"/v1/products/{rice}/stock", "{\"onHand\":1}")).Status.ShouldBe(403, "editing is not counting");

        await shop.Owner.PostAsync("/v1/access/grants", new { subject = $"user:{helper.Id}", permission = Edit, resource = $"business:{shop.BusinessId}" });
        (await RenameAsync(helper, salt)).ShouldBe(200);
        (await helper.SendAsync(HttpMethod.Delete, $"/v1/access/grants/{grant.GetProperty("id").GetGuid()}")).Status.ShouldBe(403);
        var other = await Grocery.OpenAsync(shop.App);
        var theirs = (await other.AddAsync("Oil")).GetProperty("id").GetGuid();
        (await RenameAsync(helper, theirs)).ShouldBe(403);
        (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/access/grants", $$"""{"subject":"user:{{helper.Id}}","permission":"{{Edit}}","resource":"product:{{theirs}}"}""")).Status.ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task The_owner_of_a_shop_that_a_product_is_related_to_edits_it(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (maker, seller) = (await Grocery.OpenAsync(app), await Grocery.OpenAsync(app));
        var rice = (await maker.AddAsync("Rice")).GetProperty("id").GetGuid();
        (await RenameAsync(seller.Owner, rice)).ShouldBe(403);
        var admin = await AdminAsync(app);
        var related = await admin.PostAsync("/v1/access/grants", new { subject = $"shop:{seller.ShopId}", permission = "shop", resource = $"product:{rice}" });
        await admin.PostAsync("/v1/access/grants", new { subject = $"business:{seller.BusinessId}", permission = "business", resource = $"shop:{seller.ShopId}" });
        (await RenameAsync(seller.Owner, rice)).ShouldBe(200);
        var why = await admin.PostAsync("/v1/access/explain", new { subject = $"user:{seller.Owner.Id}", permission = Edit, resource = $"product:{rice}" });
        why.GetProperty("path").GetRawText().ShouldContain($"shop:{seller.ShopId}#owner");
        var stranger = await TestUser.RegisterAsync(app);
        (await RenameAsync(stranger, rice)).ShouldBe(403);
        (await admin.SendAsync(HttpMethod.Delete, $"/v1/access/grants/{related.GetProperty("id").GetGuid()}")).Status.ShouldBe(200);
        (await RenameAsync(seller.Owner, rice)).ShouldBe(403);
    }

    private static async Task<int> RenameAsync(TestUser user, Guid product) =>
        (await user.SendJsonAsync(HttpMethod.Patch, $"/v1/products/{product}", Rename)).Status;

    private static async Task<TestUser> AdminAsync(TestApp app)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        var email = $"admin-{Guid.CreateVersion7():N}@example.test";
        (await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync(email, "Admin", TestUser.Password, CancellationToken.None)).Ok.ShouldBeTrue();
        return await TestUser.SignInAsync(app, email, TestUser.Password);
    }
}
