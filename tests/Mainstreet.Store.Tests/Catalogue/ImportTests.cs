using System.Globalization;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Catalogue;

[Trait("kind", "db")]
public sealed class ImportTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task The_same_file_again_changes_nothing_and_a_changed_row_changes_its_product(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        const string File = "sku,name,category,price,mrp,onHand,taxClass\nA,Rice,Staples,49.50,60,5,essential\nB,Salt,Staples,20,,3,exempt\n";
        Counts(await shop.ImportAsync(File)).ShouldBe((2, 2, 0, 0, 0));
        Counts(await shop.ImportAsync(File)).ShouldBe((2, 0, 0, 2, 0));
        Counts(await shop.ImportAsync("sku,name,category,price,onHand\r\nA,Rice,Staples,51.25,\r\nB,Salt,Staples,20,9\r\nC,Oil,Oils,100,1")).ShouldBe((3, 1, 2, 0, 0));
        var rows = await shop.InDbAsync(db => db.Products.Where(p => p.BusinessId == shop.BusinessId).OrderBy(p => p.Sku)
            .Join(db.Stock, p => p.Id, s => s.ProductId, (p, s) => new { p.Sku, p.PriceAmount, p.MrpAmount, p.TaxClass, p.Version, s.OnHand }).ToListAsync());
        rows.Select(r => (r.Sku, r.PriceAmount, r.MrpAmount, r.TaxClass, r.Version, r.OnHand)).ShouldBe(
            [("A", 5_125, 6_000, "essential", 2, 5), ("B", 2_000, null, "exempt", 1, 9), ("C", 10_000, null, "standard", 1, 1)]);
        (await shop.NamesAsync("q=oil")).ShouldBe(["Oil"]);
    }

    [Theory, EachEngine]
    public async Task A_bad_row_costs_itself(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var answer = await shop.ImportAsync(string.Join('\n',
            "sku,name,category,price,mrp,onHand,active",
            "A,Rice,Staples,10,,,",
            ",No number,Staples,10,,,",
            "B,,Staples,10,,,",
            "C,Price,Staples,ten,,,",
            "D,Price,Staples,10.005,,,",
            "E,Price,Staples,-1,,,",
            "F,Mrp,Staples,10,9,,",
            "G,Stock,Staples,10,,-3,",
            "H,Flag,Staples,10,,,maybe",
            "I,Too,many,columns,1,2,3,4",
            "J,\"quote,Staples,10,,,",
            "K,Nul\0,Staples,10,,,",
            "A,Rice again,Staples,11,,,",
            "L,Last,Staples,10,,2,false"));
        Counts(answer).ShouldBe((3, 2, 1, 0, 11));
        answer.GetProperty("rejected").EnumerateArray().Select(r => r.GetProperty("line").GetInt64()).ShouldBe(Enumerable.Range(3, 11).Select(i => (long)i));
        (await shop.NamesAsync("")).ShouldBe(["Rice again"]);
    }

    [Theory, EachEngine]
    public async Task Quotes_and_dashes_of_another_encoding_are_mended_and_control_characters_dropped(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        Counts(await shop.ImportAsync("sku,name,category,price,description\nA,Nature\u0092s\u0007 Tea,Tea\u009F,10,\"one \u0096\ntwo\u0081\"\n")).ShouldBe((1, 1, 0, 0, 0));
        var product = await shop.InDbAsync(db => db.Products.SingleAsync(p => p.BusinessId == shop.BusinessId));
        (product.Name, product.Category, product.Description).ShouldBe(("Nature’s  Tea", "TeaŸ", "one –\ntwo"));
    }

    [Theory, EachEngine]
    public async Task What_is_exported_can_be_imported_elsewhere_and_is_the_same(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Grocery.OpenAsync(app);
        var text = new StringBuilder("sku,name,brand,category,subCategory,description,packSize,price,mrp,taxClass,hsn,onHand,active\n");
        for (var i = 0; i < 1_200; i++)
            text.Append(CultureInfo.InvariantCulture, $"S-{i:0000},\"=Name, \"\"{i}\"\"\",Brand {i % 7},Category {i % 5},Sub,\"Line one\nline two\",{i} g,{i}.05,{i + 1}.10,daily,0713,{i % 4},{(i % 9 == 0 ? "false" : "true")}\n");
        Counts(await shop.ImportAsync(text.ToString())).ShouldBe((1_200, 1_200, 0, 0, 0));
        var exported = await shop.Owner.Http.GetStringAsync("/v1/products/export");
        var other = await Grocery.OpenAsync(app);
        Counts(await other.ImportAsync(exported)).ShouldBe((1_200, 1_200, 0, 0, 0));
        (await other.Owner.Http.GetStringAsync("/v1/products/export")).ShouldBe(exported);
        Counts(await shop.ImportAsync(exported)).ShouldBe((1_200, 0, 0, 1_200, 0));
        (await shop.InDbAsync(db => db.Products.Where(p => p.BusinessId == shop.BusinessId && p.Sku == "S-0003").Select(p => p.Name).SingleAsync())).ShouldBe("=Name, \"3\"");
    }

    [Theory, EachEngine]
    public async Task The_same_file_sent_by_many_at_once_makes_each_product_once(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var file = "sku,name,category,price,onHand\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"P{i},Product number {i} word{i % 50},C{i % 9},10,{i % 3}\n"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shop.ImportAsync(file)));
        answers.Sum(a => Counts(a).Created).ShouldBe(900);
        answers.ShouldAllBe(a => Counts(a).Accepted == 900);
        (await shop.SearchAsync("")).GetProperty("total").GetInt64().ShouldBe(900);
    }

    [Theory, EachEngine]
    public async Task Wrong_files_are_refused_whole(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        async Task<Answer> SendAsync(string text, string type = "text/csv") => await shop.Owner.SendAsync(HttpMethod.Post, "/v1/products/import", Calls.Text(text, type));
        (await SendAsync("sku,name,price\n")).Code.ShouldBe("csv_missing_column");
        (await SendAsync("")).Code.ShouldBe("csv_empty");
        (await SendAsync("name,name\n")).Code.ShouldBe("csv_duplicate_column");
        (await SendAsync("{}", "application/json")).Status.ShouldBe(415);
    }

    /// <summary>The public catalogue beside the sources: 5,180 products of an Indian grocery.</summary>
    [Theory, EachEngine]
    public async Task The_public_catalogue_is_taken_as_it_is(Engine engine)
    {
        var path = SharedData.Find("store/products.csv");
        Assert.SkipWhen(path is null, "The public catalogue is not beside the sources.");
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var bytes = await File.ReadAllBytesAsync(path!);
        var answer = await shop.Owner.SendAsync(HttpMethod.Post, "/v1/products/import", Calls.Bytes(bytes, "text/csv"));
        answer.Status.ShouldBe(200);
        var (accepted, created, _, _, rejected) = Counts(answer.Body);
        created.ShouldBe(accepted);
        (await shop.SearchAsync("limit=1")).GetProperty("total").GetInt64().ShouldBe(accepted);
        // Two rows of it have no name, or no price.
        rejected.ShouldBe(2);
        answer.Body.GetProperty("rejected").EnumerateArray().Select(r => r.GetProperty("line").GetInt64()).ShouldBe([2_982, 4_316]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{accepted} taken, {rejected} refused");
    }

    private static (long Accepted, long Created, long Updated, long Unchanged, long Rejected) Counts(JsonElement answer) =>
        (answer.GetProperty("accepted").GetInt64(), answer.GetProperty("created").GetInt64(), answer.GetProperty("updated").GetInt64(),
            answer.GetProperty("unchanged").GetInt64(), answer.GetProperty("rejectedCount").GetInt64());
}
