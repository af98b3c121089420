using Mainstreet.Trades.Offers;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Flow;

/// <summary>Who waited while another won has lost; who comes later asks the database.</summary>
public sealed class AcceptTurnsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_win_is_told_to_those_who_waited_for_it_and_to_nobody_later()
    {
        var turns = new AcceptTurns();
        var ticket = Guid.NewGuid();
        var winner = Guid.NewGuid();
        var first = await turns.EnterAsync(ticket, Cancel);
        var waiting = turns.EnterAsync(ticket, Cancel);
        (await turns.EnterAsync(Guid.NewGuid(), Cancel)).LostTo.ShouldBeNull("another ticket does not wait");
        waiting.IsCompleted.ShouldBeFalse();

        first.LostTo.ShouldBeNull();
        first.Won(winner);
        var late = turns.EnterAsync(ticket, Cancel);
        first.Dispose();

        var loser = await waiting;
        loser.LostTo.ShouldBe(winner);
        loser.Dispose();
        var after = await late;
        after.LostTo.ShouldBeNull("it arrived after the win, which may have been given back since");
        after.Dispose();
    }

    [Fact]
    public async Task Without_a_win_the_next_one_gets_its_turn_and_who_gives_up_leaves_no_trace()
    {
        var turns = new AcceptTurns();
        var ticket = Guid.NewGuid();
        var first = await turns.EnterAsync(ticket, Cancel);
        using var gone = new CancellationTokenSource();
        var impatient = turns.EnterAsync(ticket, gone.Token);
        var next = turns.EnterAsync(ticket, Cancel);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        first.Dispose();
        var turn = await next;
        turn.LostTo.ShouldBeNull();
        turn.Dispose();
    }
}
