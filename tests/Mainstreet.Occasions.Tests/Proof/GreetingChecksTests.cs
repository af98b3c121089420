using Mainstreet.Foundation.Proving;
using Mainstreet.Occasions.Proof;

using NodaTime;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Proof;

[Trait("kind", "unit")]
public sealed class GreetingChecksTests
{
    private static readonly DateTimeOffset Due = new(2027, 6, 14, 13, 0, 0, TimeSpan.Zero);
    private static readonly Slot Slot = new("America/New_York", new LocalDate(2027, 6, 14), Due);

    [Fact]
    public void A_greeting_on_time_holds() => Broken(Evidence("sent", Arrives(0))).ShouldBeEmpty();

    [Fact]
    public void Attempts_under_one_key_with_one_effect_hold() => Broken(Evidence("sent", Arrives(0, ArrivalFate.Refused), Arrives(1, ArrivalFate.TakenUntold), Arrives(3))).ShouldBeEmpty();

    [Fact]
    public void Two_effects_are_found() => Broken(Evidence("sent", Arrives(0), Arrives(1)) with { Effects = 2 }).ShouldBe(["occasions.one-effect"]);

    [Fact]
    public void A_missing_effect_is_found() => Broken(Evidence("sent")).ShouldBe(["occasions.one-effect", "occasions.stored"]);

    [Fact]
    public void An_early_message_is_found() => Broken(Evidence("sent", Arrives(-1))).ShouldBe(["occasions.never-early"]);

    [Fact]
    public void An_early_attempt_without_effect_is_found() => Broken(Evidence("sent", Arrives(-1, ArrivalFate.Refused), Arrives(0))).ShouldBe(["occasions.never-early"]);

    [Fact]
    public void Early_by_the_tolerance_is_on_time() => Broken(Evidence("sent", Arrives(-0.2))).ShouldBeEmpty();

    [Fact]
    public void A_second_key_is_found() => Broken(Evidence("sent", Arrives(0, ArrivalFate.Refused) with { Key = "other" }, Arrives(1))).ShouldBe(["occasions.one-key"]);

    [Fact]
    public void A_key_of_two_people_is_found() => Broken(Evidence("sent", Arrives(0)), Evidence("sent", Arrives(0))).ShouldBe(["occasions.one-key"]);

    [Fact]
    public void A_message_due_at_another_hour_is_found()
    {
        var one = Evidence("sent", Arrives(0));
        Broken(one with { Messages = [one.Messages[0] with { DueAt = Due.AddHours(1) }] }).ShouldBe(["occasions.due-instant"]);
    }

    [Fact]
    public void A_second_message_is_found()
    {
        var one = Evidence("sent", Arrives(0));
        Broken(one with { Messages = [one.Messages[0], one.Messages[0]] }).ShouldBe(["occasions.due-instant"]);
    }

    [Fact]
    public void A_message_left_open_is_found() => Broken(Evidence("sending", Arrives(0))).ShouldBe(["occasions.stored"]);

    [Fact]
    public void A_skipped_message_that_went_out_is_found()
    {
        var one = Evidence("skipped", Arrives(0));
        (one.Greeted.Wish, one.Greeted.Promise) = (Wish.Never, OccasionsInvariants.MisfireRules);
        Broken(one).ShouldBe(["occasions.misfire", "occasions.stored"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("cancelled", 0, true)]
    [InlineData("sent", 1, true)]
    [InlineData("cancelled", 1, false)]
    [InlineData("sent", 0, false)]
    [InlineData("skipped", 0, false)]
    public void Cancelled_or_sent_but_not_between(string status, int effects, bool holds)
    {
        var one = effects == 0 ? Evidence(status) : Evidence(status, Arrives(0));
        (one.Greeted.Wish, one.Greeted.Promise) = (Wish.AsStored, OccasionsInvariants.CancelOrSend);
        Broken(one).Contains("occasions.cancel-or-send").ShouldBe(!holds);
    }

    private static Arrival Arrives(double seconds, ArrivalFate fate = ArrivalFate.Answered) => new("ms-key", Due.AddSeconds(seconds), Due, null, fate);

    private static GreetingEvidence Evidence(string status, params Arrival[] arrivals)
    {
        var greeted = new Greeted(Guid.CreateVersion7(), Guid.CreateVersion7(), Slot);
        var message = new SeenMessage(Guid.CreateVersion7(), greeted.RecipientId, status, Due, "2027-06-14", Slot.Zone, arrivals.Length, false, null, null);
        return new GreetingEvidence(greeted, [message], arrivals, arrivals.Any(a => a.Fate != ArrivalFate.Refused) ? 1 : 0);
    }

    private static IReadOnlyList<string> Broken(params GreetingEvidence[] evidence)
    {
        var verdicts = new Verdicts(OccasionsInvariants.All);
        GreetingChecks.Run(evidence, TimeSpan.FromMilliseconds(250), verdicts);
        return [.. verdicts.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id)];
    }
}
