using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Search;

[Trait("kind", "db")]
public sealed class SearchTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task Words_meet_in_any_field_the_name_counts_most_and_the_shorter_name_first(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        await shop.AddAsync("Brown Basmati Rice Five Star");
        await shop.AddAsync("Basmati Rice");
        await shop.AddAsync("Rice Cooker", description: "Good for basmati");
        await shop.AddAsync("Ricebran Oil");
        await shop.AddAsync("Salt");
        (await shop.NamesAsync("q=rice")).ShouldBe(["Basmati Rice", "Rice Cooker", "Brown Basmati Rice Five Star", "Ricebran Oil"]);
        (await shop.NamesAsync("q=basmati+RICE")).ShouldBe(["Basmati Rice", "Brown Basmati Rice Five Star", "Rice Cooker"]);
        (await shop.NamesAsync("q=rice+salt")).ShouldBeEmpty();
        (await shop.NamesAsync("q=%25")).ShouldBeEmpty();
        (await shop.NamesAsync("")).ShouldBe(["Basmati Rice", "Brown Basmati Rice Five Star", "Rice Cooker", "Ricebran Oil", "Salt"]);
        (await shop.NamesAsync("sort=newest")).First().ShouldBe("Salt");
    }

    [Theory, EachEngine]
    public async Task Misspelled_words_are_corrected_and_said_so_but_never_where_the_filter_is_to_blame(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        await shop.AddAsync("Basmati Rice", brand: "Paddy Post");
        await shop.AddAsync("Cauliflower");
        await shop.AddAsync("Turmeric Powder");
        foreach (var (typed, found) in new[]
        {
            ("basmti", "Basmati Rice"), ("basmatti rice", "Basmati Rice"), ("bsamati", "Basmati Rice"), ("rcie", "Basmati Rice"), ("cualiflower", "Cauliflower"),
            ("califlowr", "Cauliflower"), ("tumeric", "Turmeric Powder"), ("tumeric powdr", "Turmeric Powder"), ("turmeirc", "Turmeric Powder"), ("basnat", "Basmati Rice"),
        })
        {
            var answer = await shop.SearchAsync($"q={Uri.EscapeDataString(typed)}");
            answer.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()).ShouldBe([found], typed);
            answer.GetProperty("corrections").GetArrayLength().ShouldBeGreaterThan(0, typed);
        }

        // A word that no product has any more is nobody's correction.
        var gone = (await shop.AddAsync("Zumeric")).GetProperty("id").GetGuid();
        (await shop.NamesAsync("q=zumerix")).ShouldBe(["Zumeric"]);
        await shop.Owner.SendAsync(HttpMethod.Delete, $"/v1/products/{gone}");
        (await shop.NamesAsync("q=zumeric")).ShouldNotContain("Zumeric");
        (await shop.NamesAsync("q=xqzvbn")).ShouldBeEmpty();
        (await shop.NamesAsync("q=rxx")).ShouldBeEmpty();
        var filtered = await shop.SearchAsync("q=basmati&brand=Nobody");
        filtered.GetProperty("total").GetInt64().ShouldBe(0);
        filtered.GetProperty("corrections").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task Synonyms_of_every_shop_and_of_its_own_find_the_other_words(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Grocery.OpenAsync(app);
        var other = await Grocery.OpenAsync(app);
        foreach (var grocery in new[] { shop, other })
        {
            await grocery.AddAsync("Potato");
            await grocery.AddAsync("Okra Bag");
            await grocery.AddAsync("Paper Towel");
        }

        foreach (var typed in new[] { "aloo", "आलू", "batata" }) (await shop.NamesAsync($"q={Uri.EscapeDataString(typed)}")).ShouldBe(["Potato"], typed);
        foreach (var typed in new[] { "bhindi", "lady finger", "lady fingers", "ladyfinger" }) (await shop.NamesAsync($"q={Uri.EscapeDataString(typed)}")).ShouldBe(["Okra Bag"], typed);

        var made = await shop.Owner.PostAsync("/v1/synonyms", new { terms = new[] { "Kitchen Roll", "paper towel" } });
        (await shop.NamesAsync("q=kitchen+roll")).ShouldBe(["Paper Towel"]);
        (await other.NamesAsync("q=kitchen+roll")).ShouldBeEmpty();
        (await other.Owner.SendAsync(HttpMethod.Delete, $"/v1/synonyms/{made.GetProperty("id").GetGuid()}")).Status.ShouldBe(404);
        (await shop.Owner.GetAsync("/v1/synonyms")).GetProperty("items").EnumerateArray().Count(s => s.GetProperty("businessId").ValueKind == JsonValueKind.String).ShouldBe(1);
        (await shop.Owner.SendAsync(HttpMethod.Delete, $"/v1/synonyms/{made.GetProperty("id").GetGuid()}")).Status.ShouldBe(204);
        (await shop.NamesAsync("q=kitchen+roll")).ShouldBeEmpty();
        foreach (var bad in new[] { """{"terms":["one"]}""", """{"terms":["one","One"]}""", """{"terms":["a b c d e","x"]}""", """{"terms":[null,"x"]}""", """{"terms":"x"}""", "{}" })
            (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/synonyms", bad)).Status.ShouldBe(400, bad);
    }

    [Theory, EachEngine]
    public async Task Found_words_are_marked_and_everything_else_is_escaped(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        await shop.AddAsync("Cookies <b>& Cream", description: new string('x', 20) + " " + string.Join(' ', Enumerable.Repeat("filler", 60)) + " a cookie <script> here");
        var highlight = (await shop.SearchAsync("q=cookie")).GetProperty("items")[0].GetProperty("highlight");
        highlight.GetProperty("name").GetString().ShouldBe("<mark>Cookies</mark> &lt;b&gt;&amp; Cream");
        var description = highlight.GetProperty("description").GetString()!;
        description.ShouldContain("<mark>cookie</mark> &lt;script&gt; here");
        description.Length.ShouldBeLessThan(300);
        (await shop.SearchAsync("")).GetProperty("items")[0].GetProperty("highlight").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory, EachEngine]
    public async Task Typing_is_completed(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        await shop.AddAsync("Basmati Rice", brand: "Paddy Post");
        await shop.AddAsync("Basil Leaves", brand: "Lamp Lane", category: "Greens");
        await shop.AddAsync("Salt");
        async Task<List<JsonElement>> SuggestAsync(string q) =>
            [.. JsonSerializer.Deserialize<JsonElement>(await shop.App.Http.GetStringAsync($"/v1/products/suggest?businessId={shop.BusinessId}&q={Uri.EscapeDataString(q)}")).GetProperty("items").EnumerateArray()];
        var bas = await SuggestAsync("bas");
        bas.Where(s => s.GetProperty("kind").GetString() == "product").Select(s => s.GetProperty("text").GetString()).ShouldBe(["Basmati Rice", "Basil Leaves"], ignoreOrder: true);
        bas.Where(s => s.GetProperty("kind").GetString() == "brand").Select(s => s.GetProperty("text").GetString()).ShouldBe(["Lamp Lane", "Paddy Post"]);
        bas.Where(s => s.GetProperty("kind").GetString() == "category").Count().ShouldBe(2);
        (await SuggestAsync("basm"))[0].GetProperty("id").ValueKind.ShouldBe(JsonValueKind.String);
        (await SuggestAsync("bsamat"))[0].GetProperty("text").GetString().ShouldBe("Basmati Rice");
        (await SuggestAsync(" ")).ShouldBeEmpty();
        ((int)(await shop.App.Http.GetAsync($"/v1/products/suggest?q={new string('x', 201)}")).StatusCode).ShouldBe(400);
    }

    [Theory, EachEngine]
    public async Task Facets_are_exact_and_leave_out_their_own_filter_where_asked(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        foreach (var (name, category, brand, onHand) in new[] { ("A", "X", "P", 1), ("B", "X", "Q", 0), ("C", "Y", "P", 1), ("D", "Z", "Q", 1), ("E", "Z", "Q", 1) })
            await shop.AddAsync(name, category: category, brand: brand, onHand: onHand);
        var answer = await shop.SearchAsync("facets=category,brand,inStock&category=X&category=Z&inStock=true");
        answer.GetProperty("total").GetInt64().ShouldBe(3);
        Facet(answer, "category").ShouldBe([("Z", 2), ("X", 1)]);
        Facet(answer, "brand").ShouldBe([("Q", 2), ("P", 1)]);
        Facet(answer, "inStock").ShouldBe([("true", 3)]);
        answer = await shop.SearchAsync("facets=category,brand,inStock&disjunctive=category,inStock&category=X&category=Z&inStock=true");
        answer.GetProperty("total").GetInt64().ShouldBe(3);
        Facet(answer, "category").ShouldBe([("Z", 2), ("X", 1), ("Y", 1)]);
        Facet(answer, "brand").ShouldBe([("Q", 2), ("P", 1)]);
        Facet(answer, "inStock").ShouldBe([("true", 3), ("false", 1)]);
        (await shop.SearchAsync("")).GetProperty("facets").EnumerateObject().ShouldBeEmpty();

        static (string, long)[] Facet(JsonElement answer, string name) =>
            [.. answer.GetProperty("facets").GetProperty(name).EnumerateArray().Select(c => (c.GetProperty("value").GetString()!, c.GetProperty("count").GetInt64()))];
    }

    [Theory, EachEngine]
    public async Task Pages_follow_each_other_and_wrong_parameters_are_400(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        for (var i = 0; i < 11; i++) await shop.AddAsync($"Item {i}", price: 1_000 * (i % 3));
        foreach (var sort in new[] { "", "&sort=price", "&sort=-price", "&sort=priceAsc", "&sort=name", "&sort=newest", "&sort=relevance&q=item" })
        {
            var seen = new List<Guid>();
            string? cursor = null;
            do
            {
                var page = await shop.SearchAsync($"limit=4{sort}{(cursor is null ? "" : "&cursor=" + cursor)}");
                page.GetProperty("total").GetInt64().ShouldBe(11);
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()));
                cursor = page.GetProperty("next").GetString();
            }
            while (cursor is not null);
            seen.Count.ShouldBe(11, sort);
            seen.Distinct().Count().ShouldBe(11, sort);
        }

        var byName = (await shop.SearchAsync("limit=4")).GetProperty("next").GetString();
        foreach (var query in new[]
        {
            "limit=0", "limit=201", "limit=x", "cursor=zzz", "cursor=%00", $"sort=newest&cursor={byName}", "sort=best", "facets=colour", "disjunctive=colour", "priceMin=-1", "priceMax=-1",
            "priceMin=x", "priceMax=99999999999999999999", "inStock=perhaps", "businessId=7", $"q={new string('x', 201)}", "q=%00", "category=%00", $"brand={new string('x', 201)}",
            string.Join('&', Enumerable.Range(0, 51).Select(i => $"brand={i}")),
        })
        {
            using var answer = await shop.App.Http.GetAsync($"/v1/products?{query}");
            ((int)answer.StatusCode).ShouldBe(400, query);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", query);
        }

        foreach (var q in new[] { "'", "\"", "\\", "a:*", "a & | !", "(", "a NEAR b", "\"a\" OR b*", "; DROP TABLE", "\u202E", "𝒜𝓁𝑜𝑜", "👨‍👩‍👧", "a\tb", "ß", "ǅ", "½", "\ud7ff" })
            (await shop.SearchAsync($"q={Uri.EscapeDataString(q)}&facets=brand")).GetProperty("total").GetInt64().ShouldBe(0, q);
    }
}
