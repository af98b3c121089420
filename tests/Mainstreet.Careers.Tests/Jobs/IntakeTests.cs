using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Jobs;

[Trait("kind", "db")]
public sealed class IntakeTests
{
    private const string Text = """
        We bake bread and pastry for the street and for six cafés, every night but one. You mix, shape and bake, look after the sourdough, keep the kitchen clean and teach who comes after you.
        You bring two years of baking, know what food safety means, can lift a sack of flour, and do not mind the early hours. We give paid holidays, a fixed rota and all the bread that you can eat.
        """;

    [Theory, EachEngine]
    public async Task The_same_job_from_three_sources_is_one_posting_and_each_fills_in_what_it_knows(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        (await rig.TakeAsync("greenhouse", "riverbend", [Baker("1") with { Url = "https://riverbend.example/jobs/1?gh_src=abc", Company = "Riverbend Bakery, Inc." }])).Created.ShouldBe(1);
        (await rig.TakeAsync("lever", "riverbend", [Baker("x") with { Title = "Baker (m/f/d)", PayText = "€2,800 per month", Place = "Köln" }])).Merged.ShouldBe(1);
        (await rig.TakeAsync("feed", "", [new RawPosting { Title = "Baker", Company = "somebody else's name for it", Url = "http://www.riverbend.example/jobs/1/?utm_source=feed", Place = "Cologne", Employment = "full-time" }])).Merged.ShouldBe(1);

        var posting = await rig.InDbAsync(db => db.Postings.SingleAsync());
        (posting.Company, posting.PayLeast, posting.PayCurrency, posting.Employment, posting.Url).ShouldBe(("Riverbend Bakery, Inc.", (long?)280_000, "EUR", (Employment?)Employment.FullTime, "https://riverbend.example/jobs/1?gh_src=abc"));
        var adverts = await rig.InDbAsync(db => db.Adverts.OrderBy(a => a.Source).ToListAsync());
        adverts.Select(a => (a.Source, a.IsFirst)).ShouldBe([("feed", false), ("greenhouse", true), ("lever", false)]);
        (await rig.InDbAsync(db => db.PostingEntries.SingleAsync())).Sources.ShouldBe("feed,greenhouse,lever");
    }

    [Theory, EachEngine]
    public async Task Two_towns_two_steps_and_two_contracts_are_never_one_job(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        var tally = await rig.TakeAsync("feed", "",
        [
            Baker("1") with { Employment = "full-time" }, Baker("2") with { Place = "Bonn, Germany" }, Baker("3") with { Title = "Senior Baker" }, Baker("4") with { Title = "Junior Baker" }, Baker("5") with { Employment = "part-time" },
            Baker("6") with { Employment = "full-time", Place = "Munich" }, Baker("7") with { Place = "Munich", Company = "Isar Bakery" }, Baker("8") with { Title = "Pastry Chef", Description = Text.Replace("bake", "decorate", StringComparison.Ordinal) },
        ]);
        (tally.Created, tally.Merged).ShouldBe((8, 0));

        // Also where the address is the same: a careers page.
        tally = await rig.TakeAsync("pages", "", [Baker("9") with { Place = "Essen", Url = "https://riverbend.example/careers" }, Baker("10") with { Place = "Mainz", Url = "https://riverbend.example/careers" }]);
        (tally.Created, tally.Merged).ShouldBe((2, 0));
    }

    [Theory, EachEngine]
    public async Task The_same_again_changes_nothing_and_a_change_is_taken_over(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        await rig.TakeAsync("feed", "", [Baker("1")]);
        (await rig.TakeAsync("feed", "", [Baker("1")])).ShouldBe(new IntakeTally(0, 0, 0, 1));
        var before = await rig.InDbAsync(db => db.Postings.SingleAsync());
        (await rig.TakeAsync("feed", "", [Baker("1") with { Description = Text + "Now with a crèche." }])).ShouldBe(new IntakeTally(0, 0, 1, 0));
        var after = await rig.InDbAsync(db => db.Postings.SingleAsync());
        (after.Id, after.Version, after.Description.EndsWith("crèche.", StringComparison.Ordinal)).ShouldBe((before.Id, before.Version + 1, true));

        // Of two with one id in a file the last counts.
        (await rig.TakeAsync("feed", "", [Baker("2") with { Place = "Bonn" }, Baker("2") with { Place = "Essen" }])).Created.ShouldBe(1);
        (await rig.InDbAsync(db => db.Postings.Select(p => p.Places).ToListAsync())).ShouldBe(["Cologne|North Rhine-Westphalia|DE", "Essen||"], ignoreOrder: true);
    }

    [Theory, EachEngine]
    public async Task One_advert_that_moves_to_another_town_leaves_the_posting_to_the_others(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        await rig.TakeAsync("greenhouse", "riverbend", [Baker("1")]);
        (await rig.TakeAsync("lever", "riverbend", [Baker("1")])).Merged.ShouldBe(1);
        await rig.TakeAsync("greenhouse", "riverbend", [Baker("1") with { Place = "Bonn, Germany" }]);
        var adverts = await rig.InDbAsync(db => db.Adverts.OrderBy(a => a.Source).ToListAsync());
        adverts[0].PostingId.ShouldNotBe(adverts[1].PostingId);
        adverts.ShouldAllBe(a => a.IsFirst);
        var places = await rig.InDbAsync(db => db.Postings.ToDictionaryAsync(p => p.Id, p => p.Places));
        (places[adverts[0].PostingId], places[adverts[1].PostingId]).ShouldBe(("Bonn||DE", "Cologne|North Rhine-Westphalia|DE"));
        (await rig.InDbAsync(db => db.PostingEntries.ToDictionaryAsync(e => e.PostingId, e => e.Sources)))[adverts[1].PostingId].ShouldBe("lever");
    }

    [Theory, EachEngine]
    public async Task What_every_source_has_lost_is_closed_and_opens_again_when_it_comes_back(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        await rig.TakeAsync("greenhouse", "a", [Baker("1"), Baker("2") with { Place = "Bonn" }]);
        await rig.TakeAsync("lever", "a", [Baker("1")]);
        (await rig.CloseMissingAsync("greenhouse", "b", TimeProvider.System.Now())).ShouldBe(0);
        (await rig.CloseMissingAsync("greenhouse", "a", TimeProvider.System.Now())).ShouldBe(1);
        var open = await rig.InDbAsync(db => db.Postings.SingleAsync(p => p.ClosedAt == null));
        open.Places.ShouldStartWith("Cologne");
        (await rig.InDbAsync(db => db.Adverts.SingleAsync(a => a.PostingId == open.Id && a.IsFirst))).Source.ShouldBe("lever");
        (await rig.InDbAsync(db => db.PostingEntries.CountAsync(e => e.Open))).ShouldBe(1);
        await rig.TakeAsync("greenhouse", "a", [Baker("2") with { Place = "Bonn" }]);
        (await rig.InDbAsync(db => db.PostingEntries.CountAsync(e => e.Open))).ShouldBe(2);
        (await rig.InDbAsync(db => db.Postings.CountAsync())).ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task Imports_at_once_find_the_same_job_only_once(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        await using var other = rig.Replica();
        var jobs = Enumerable.Range(0, 40).Select(i => Baker($"{i}") with { Title = $"Baker grade {(char)('a' + i % 26)}{(char)('a' + i / 26)}" }).ToList();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? rig : other).TakeAsync($"feed-{i}", "", jobs)));
        (await rig.InDbAsync(db => db.Adverts.CountAsync())).ShouldBe(240);
        (await rig.InDbAsync(db => db.Postings.CountAsync())).ShouldBe(40);
    }

    private static RawPosting Baker(string id) => new() { Id = id, Title = "Baker", Company = "Riverbend Bakery", Place = "Cologne, Germany", Description = Text };
}
