using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Catalogue;

[Trait("kind", "db")]
public sealed class ProductImageTests(StoreApps apps)
{
    /// <summary>One grey pixel.</summary>
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");

    [Theory, EachEngine]
    public async Task A_picture_is_set_served_to_everybody_replaced_and_removed(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var other = await Grocery.OpenAsync(shop.App);
        var path = $"/v1/products/{(await shop.AddAsync("Rice")).GetProperty("id").GetGuid()}";
        var set = await shop.Owner.SendAsync(HttpMethod.Put, $"{path}/image", Form(Png));
        (set.Status, set.ETag).ShouldBe((200, "\"2\""));
        var first = set.Body.GetProperty("imageUrl").GetString()!;
        using (var served = await shop.App.Http.GetAsync(first))
        {
            served.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
            served.Headers.CacheControl!.ToString().ShouldContain("public");
        }

        (await shop.SearchAsync("")).GetProperty("items")[0].GetProperty("imageUrl").GetString().ShouldBe(first);
        (await other.Owner.SendAsync(HttpMethod.Put, $"{path}/image", Form(Png))).Status.ShouldBe(403);
        (await other.Owner.SendAsync(HttpMethod.Delete, $"{path}/image")).Status.ShouldBe(403);
        (await shop.Owner.SendAsync(HttpMethod.Put, $"{path}/image", Form(Png), ("If-Match", "\"1\""))).Status.ShouldBe(412);
        (await shop.Owner.SendAsync(HttpMethod.Put, $"{path}/image", Form([1, 2, 3]))).Code.ShouldBe("photo_unsupported");
        (await shop.Owner.SendAsync(HttpMethod.Put, $"{path}/image", Form(Png[..40]))).Status.ShouldBe(422);
        (await shop.Owner.SendAsync(HttpMethod.Put, $"{path}/image", Calls.Text("x", "image/png"))).Status.ShouldBe(415);

        var second = (await shop.Owner.SendAsync(HttpMethod.Put, $"{path}/image", Form(Png))).Body.GetProperty("imageUrl").GetString()!;
        second.ShouldNotBe(first);
        ((int)(await shop.App.Http.GetAsync(first)).StatusCode).ShouldBe(404);
        ((int)(await shop.App.Http.GetAsync(second)).StatusCode).ShouldBe(200);
        (await shop.Owner.SendAsync(HttpMethod.Delete, $"{path}/image")).Status.ShouldBe(204);
        ((int)(await shop.App.Http.GetAsync(second)).StatusCode).ShouldBe(404);
        (await shop.Owner.GetAsync(path)).GetProperty("imageUrl").ValueKind.ShouldBe(JsonValueKind.Null);
        Directory.EnumerateFiles(Path.Combine(shop.App.Database.Data.Root, "files"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private static MultipartFormDataContent Form(byte[] bytes) => new() { { new ByteArrayContent(bytes), "file", "a.png" } };
}
