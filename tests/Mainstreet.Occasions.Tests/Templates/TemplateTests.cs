using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Templates;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Templates;

[Trait("kind", "db")]
public sealed class TemplateTests(OccasionsApps apps)
{
    [Theory, EachEngine]
    public async Task Words_are_written_read_in_the_nearest_language_and_taken_back(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var builtIn = await shop.Owner.GetAsync("/v1/templates/birthday/de-AT");
        builtIn.GetProperty("builtIn").GetBoolean().ShouldBeTrue();
        builtIn.GetProperty("language").GetString().ShouldBe("de");
        (await shop.Owner.GetAsync("/v1/templates/anniversary/ja")).GetProperty("language").GetString().ShouldBe("en");

        var written = await shop.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/birthday/de-AT", """{"subject":"Servus {{firstName}}","body":"Alles Gute!"}""");
        (written.Status, written.ETag).ShouldBe((200, "\"1\""));
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/birthday/de-AT", """{"subject":"x","body":"y"}""", ("If-Match", "\"7\""))).Code.ShouldBe("stale_version");
        (await shop.Owner.GetAsync("/v1/templates/birthday/de-at")).GetProperty("subject").GetString().ShouldBe("Servus {{firstName}}");
        (await shop.Owner.GetAsync("/v1/templates/birthday/de")).GetProperty("builtIn").GetBoolean().ShouldBeTrue();
        (await shop.Owner.PutAsync("/v1/templates/birthday", new { subject = "Hey {{firstName}}", body = "Cheers." })).GetProperty("language").GetString().ShouldBe("en");
        (await shop.Owner.GetAsync("/v1/templates")).GetProperty("items").GetArrayLength().ShouldBe(9);

        var wording = shop.App.Host.Services.GetRequiredService<IWording>();
        var facts = new GreetingFacts("Maya", "Rivera", Occasion.Birthday, "2031-05-17", 2031, "1990-05-17");
        (await wording.ForAsync(shop.BusinessId, Occasion.Birthday, "de-AT", default)).Render(facts).Subject.ShouldBe("Servus Maya");
        (await wording.ForAsync(shop.BusinessId, Occasion.Birthday, "ja", default)).Render(facts).Subject.ShouldBe("Hey Maya");
        (await wording.ForAsync(shop.BusinessId, Occasion.Birthday, "", default)).Render(facts).Subject.ShouldBe("Hey Maya");
        (await wording.ForAsync(shop.BusinessId, Occasion.Birthday, "fr-CA", default)).Render(facts).Subject.ShouldBe("Joyeux anniversaire, Maya !");

        (await shop.Owner.SendAsync(HttpMethod.Delete, "/v1/templates/birthday/de-AT")).Status.ShouldBe(204);
        (await wording.ForAsync(shop.BusinessId, Occasion.Birthday, "de-AT", default)).Render(facts).Subject.ShouldStartWith("Alles Gute");
        (await shop.Owner.SendAsync(HttpMethod.Delete, "/v1/templates/birthday/de-AT")).Status.ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task A_bad_template_is_refused_with_the_place(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        foreach (var (body, field, place) in new (string, string, string)[]
        {
            ("""{"subject":"Hi {{name}}","body":"x"}""", "subject", "line 1, column 4: unknown variable 'name'"),
            ("""{"subject":"Hi","body":"a\nbc {{> evil}}"}""", "body", "line 2, column 4"),
            ("""{"subject":"Hi\nBcc: x","body":"x"}""", "subject", "one line"),
            ("""{"subject":" ","body":"x"}""", "subject", "is needed"),
            ($$"""{"subject":"Hi","body":"{{new string('x', 10_001)}}"}""", "body", "10000"),
            ($$"""{"subject":"Hi","body":"{{string.Concat(Enumerable.Repeat("{{age}}", 101))}}"}""", "body", "more than 100"),
        })
        {
            var answer = await shop.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/birthday/en", body);
            (answer.Status, answer.Code).ShouldBe((400, "template_invalid"));
            answer.Body.GetProperty("errors").GetProperty(field)[0].GetString()!.ShouldContain(place);
        }

        (await shop.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/birthday/en", """{"subject":null,"body":"x"}""")).Status.ShouldBe(400);
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/birthday/en", """{"body":"x"}""")).Status.ShouldBe(400);
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/birthday/e!", """{"subject":"x","body":"x"}""")).Status.ShouldBe(400);
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/easter/en", """{"subject":"x","body":"x"}""")).Status.ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task A_preview_shows_a_recipient_or_a_sample_and_stores_nothing(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Shop.MakeAsync(app);
        var id = (await shop.AddAsync("Aisha", "Haddad", "2000-05-17")).GetProperty("id").GetGuid();
        var shown = await shop.Owner.PostAsync("/v1/templates/preview", new { occasion = "birthday", language = "en", subject = "{{fullName}}", body = "{{#if years}}yes{{/if}} {{localDate}}", recipientId = id });
        shown.GetProperty("subject").GetString().ShouldBe("Aisha Haddad");
        shown.GetProperty("body").GetString().ShouldBe("yes May 17");
        var sample = await shop.Owner.PostAsync("/v1/templates/preview", new { occasion = "anniversary", body = "{{years}} {{occasion}}", language = "es", sample = new { firstName = "Lucia", years = 12 } });
        sample.GetProperty("subject").GetString().ShouldBe("¡Feliz aniversario, Lucia!");
        sample.GetProperty("body").GetString().ShouldBe("12 aniversario");
        (await shop.Owner.GetAsync("/v1/templates/birthday/en")).GetProperty("builtIn").GetBoolean().ShouldBeTrue();

        (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/templates/preview", """{"occasion":"birthday","body":"{{oops}}"}""")).Code.ShouldBe("template_invalid");
        (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/templates/preview", """{"occasion":"easter"}""")).Status.ShouldBe(400);
        (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/templates/preview", """{"occasion":"birthday","sample":{"years":0}}""")).Status.ShouldBe(400);
        var other = await Shop.MakeAsync(app);
        (await other.Owner.SendJsonAsync(HttpMethod.Post, "/v1/templates/preview", $$"""{"occasion":"birthday","recipientId":"{{id}}"}""")).Status.ShouldBe(404);
        (await other.Owner.SendJsonAsync(HttpMethod.Put, "/v1/templates/birthday/en", $$"""{"subject":"x","body":"y","businessId":"{{shop.BusinessId}}"}""")).Status.ShouldBe(404);
    }
}
