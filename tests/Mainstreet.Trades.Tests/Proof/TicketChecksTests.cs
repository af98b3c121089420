using Mainstreet.Foundation.Proving;
using Mainstreet.Trades.Proof;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Proof;

[Trait("kind", "unit")]
public sealed class TicketChecksTests
{
    /// <summary>Two racers lose to a third, who repeats his accept; a reader sees the ticket before and after.</summary>
    private static MadeUpTicket Fair() => new MadeUpTicket()
        .Reads(190, 195, "offered", null)
        .Wins(0, 200, 220)
        .Loses(1, 200, 221)
        .Loses(2, 201, 219)
        .Won(0, 300, 305)
        .Loses(1, 310, 312)
        .Reads(320, 325, "accepted", 0);

    [Fact]
    public void A_fair_race_holds() => Fair().Broken().ShouldBeEmpty();

    [Fact]
    public void A_race_that_ends_in_a_cancellation_holds() =>
        Fair().Cancels(400, 410).Loses(0, 420, 421, code: AcceptCodes.Cancelled).Loses(1, 420, 421, code: AcceptCodes.Cancelled).Broken().ShouldBeEmpty();

    [Fact]
    public void A_winner_after_a_release_holds() =>
        Fair().Releases(0, 400, 410).Wins(1, 420, 430).Loses(2, 421, 431).Broken().ShouldBeEmpty();

    [Fact]
    public void A_ticket_that_expired_holds() => new MadeUpTicket(expiresAtMs: 1_000)
        .Loses(0, 1_300, 1_301, 410, AcceptCodes.Expired).Loses(1, 999, 1_001, 410, AcceptCodes.Expired).Broken().ShouldBeEmpty();

    [Fact]
    public void An_accept_whose_answer_was_lost_may_have_won() => new MadeUpTicket()
        .Unknown(0, 200).Loses(1, 210, 215).Won(0, 220, 225)
        .Write("ticket.accepted", MadeUpTicket.Account(0), "offered", "accepted", MadeUpTicket.Contractor(0))
        .With(t => t.Stored = new StoredTicket("accepted", MadeUpTicket.Contractor(0), 4))
        .Broken().ShouldBeEmpty();

    [Fact]
    public void An_accept_whose_answer_was_lost_may_never_have_arrived() => new MadeUpTicket()
        .Unknown(0, 200).Wins(1, 210, 215).Loses(0, 220, 225).Broken().ShouldBeEmpty();

    [Fact]
    public void Two_winners_are_found() =>
        Fair().Won(1, 201, 222).Broken().ShouldContain("trades.one-winner");

    [Fact]
    public void Two_winners_are_found_even_when_audit_feed_and_store_agree_with_the_second()
    {
        var broken = Fair().Wins(1, 330, 340).Broken();
        broken.ShouldContain("trades.one-winner");
        broken.ShouldContain("trades.linearizable");
        broken.ShouldContain("trades.audit");
    }

    [Fact]
    public void A_loser_who_is_told_200_later_is_found()
    {
        var broken = Fair().Won(2, 330, 340).Broken();
        broken.ShouldContain("trades.one-winner");
        broken.ShouldContain("trades.linearizable");
    }

    [Fact]
    public void A_200_that_names_somebody_else_is_found()
    {
        var ticket = Fair();
        ticket.Acts.Add(new Act(99, ActKind.Accept, MadeUpTicket.Account(1), MadeUpTicket.Contractor(1), 300_000, 301_000, ActOutcome.Done, 200, null, "accepted", MadeUpTicket.Contractor(0)));
        ticket.Broken().ShouldContain("trades.right-answer");
    }

    [Fact]
    public void A_wrong_code_is_found() => Fair().Loses(1, 330, 340, 409, "concurrent_change").Broken().ShouldBe(["trades.right-answer"]);

    [Fact]
    public void A_404_for_somebody_who_was_offered_the_ticket_is_found() =>
        Fair().Loses(1, 330, 340, 404, "not_found").Broken().ShouldContain("trades.right-answer");

    [Fact]
    public void An_answer_other_than_404_for_an_outsider_is_found() =>
        Fair().Loses(7, 330, 340).Broken().ShouldContain("trades.right-answer");

    [Fact]
    public void A_404_for_an_outsider_is_right() => Fair().Loses(7, 330, 340, 404, "not_found").Broken().ShouldBeEmpty();

    [Fact]
    public void Taken_before_anybody_could_have_won_is_found() =>
        new MadeUpTicket().Loses(1, 150, 160).Wins(0, 200, 220).Broken().ShouldContain("trades.linearizable");

    [Fact]
    public void Cancelled_before_the_cancellation_began_is_found() =>
        Fair().Loses(1, 330, 340, code: AcceptCodes.Cancelled).Cancels(400, 410).Broken().ShouldContain("trades.linearizable");

    [Fact]
    public void Expired_after_a_cancellation_is_found() =>
        new MadeUpTicket(expiresAtMs: 300).Cancels(150, 160).Loses(0, 400, 401, 410, AcceptCodes.Expired).Broken().ShouldContain("trades.linearizable");

    [Fact]
    public void Taken_after_a_cancellation_is_found() =>
        Fair().Cancels(400, 410).Loses(1, 420, 421).Broken().ShouldContain("trades.linearizable");

    [Fact]
    public void A_win_after_the_cancellation_is_found()
    {
        var broken = new MadeUpTicket().Cancels(150, 160).Won(0, 200, 210).Broken();
        broken.ShouldContain("trades.linearizable");
    }

    [Fact]
    public void A_win_after_expiry_is_found()
    {
        var broken = new MadeUpTicket(expiresAtMs: 1_000).Wins(0, 1_400, 1_410).Broken();
        broken.ShouldContain("trades.expiry");
        broken.ShouldContain("trades.linearizable");
    }

    [Fact]
    public void Expired_long_before_the_end_is_found() =>
        new MadeUpTicket().Loses(0, 200, 210, 410, AcceptCodes.Expired).Broken().ShouldContain("trades.expiry");

    [Fact]
    public void A_repeat_that_is_refused_is_found() =>
        Fair().Loses(0, 330, 340).Broken().ShouldContain("trades.repeat");

    [Fact]
    public void A_stale_read_is_found() =>
        Fair().Reads(330, 340, "offered", null).Broken().ShouldContain("trades.linearizable");

    [Fact]
    public void A_store_that_names_the_loser_is_found() => Fair()
        .With(t => t.Stored = t.Stored with { ContractorId = MadeUpTicket.Contractor(1) }).Broken().ShouldBe(["trades.stored"]);

    [Fact]
    public void A_store_that_forgot_the_cancellation_is_found() => Fair().Cancels(400, 410)
        .With(t => t.Stored = t.Stored with { Status = "accepted" }).Broken().ShouldContain("trades.stored");

    [Fact]
    public void An_act_missing_from_the_audit_is_found()
    {
        var ticket = Fair();
        ticket.Audit.RemoveAll(i => i.Action == "ticket.accepted");
        ticket.Broken().ShouldContain("trades.audit");
    }

    [Fact]
    public void An_act_twice_on_the_audit_is_found()
    {
        var ticket = Fair().Cancels(400, 410);
        ticket.Audit.Add(ticket.Audit[^1] with { From = "cancelled" });
        ticket.Broken().ShouldContain("trades.audit");
    }

    [Fact]
    public void An_audit_that_names_another_winner_is_found()
    {
        var ticket = Fair();
        var index = ticket.Audit.FindIndex(i => i.Action == "ticket.accepted");
        ticket.Audit[index] = ticket.Audit[index] with { ActorId = MadeUpTicket.Account(1) };
        ticket.Broken().ShouldContain("trades.audit");
    }

    [Fact]
    public void An_audit_in_an_order_that_real_time_forbids_is_found()
    {
        var ticket = Fair().Releases(0, 400, 410).Wins(1, 420, 430);
        var (first, second) = (ticket.Audit.FindIndex(i => i.Action == "ticket.accepted"), ticket.Audit.FindLastIndex(i => i.Action == "ticket.accepted"));
        (ticket.Audit[first], ticket.Audit[second]) = (ticket.Audit[second], ticket.Audit[first]);
        ticket.Broken().ShouldContain("trades.audit");
    }

    [Fact]
    public void A_history_whose_states_do_not_join_is_found()
    {
        var ticket = Fair();
        ticket.Audit[2] = ticket.Audit[2] with { From = "submitted" };
        ticket.Broken().ShouldBe(["trades.audit"]);
    }

    [Fact]
    public void An_event_missing_from_the_feed_is_found()
    {
        var ticket = Fair();
        ticket.Live.RemoveAll(e => e.Type == "ticket.accepted");
        ticket.Broken().ShouldContain("trades.live-agrees");
    }

    [Fact]
    public void An_event_twice_on_the_feed_is_found()
    {
        var ticket = Fair();
        ticket.Live.Add(ticket.Live[^1] with { Offset = 99 });
        ticket.Broken().ShouldBe(["trades.live-agrees"]);
    }

    [Fact]
    public void A_feed_that_names_the_loser_is_found()
    {
        var ticket = Fair();
        var other = new MadeUpTicket().Wins(1, 200, 210);
        ticket.Live[^1] = other.Live[^1];
        ticket.Broken().ShouldContain("trades.live-agrees");
    }

    [Fact]
    public void A_big_fair_race_is_explained_quickly()
    {
        var ticket = new MadeUpTicket(contractors: 100);
        for (var i = 1; i < 100; i++) ticket.Loses(i, 200, 400).Loses(i, 200, 400).Unknown(i, 199);
        ticket.Wins(0, 200, 400);
        ticket.Broken().ShouldBeEmpty();
    }
}

internal static class Planting
{
    internal static MadeUpTicket With(this MadeUpTicket ticket, Action<MadeUpTicket> change)
    {
        change(ticket);
        return ticket;
    }
}
