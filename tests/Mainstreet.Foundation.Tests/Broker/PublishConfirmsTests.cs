using Mainstreet.Foundation.Broker;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Broker;

[Trait("kind", "unit")]
public sealed class PublishConfirmsTests : IDisposable
{
    private readonly PublishConfirms _confirms = new(window: 4);

    public void Dispose() => _confirms.Dispose();

    [Fact]
    public async Task A_batch_is_done_when_all_its_messages_are_answered_in_any_order()
    {
        var first = await SendAsync(2);
        var second = await SendAsync(2);
        _confirms.Answered(3, multiple: false, accepted: true);
        _confirms.Answered(2, multiple: false, accepted: true);
        first.Done.IsCompleted.ShouldBeFalse();
        second.Done.IsCompleted.ShouldBeFalse();
        _confirms.Answered(4, multiple: true, accepted: true);
        await first.Done;
        await second.Done;
    }

    [Fact]
    public async Task The_window_is_never_exceeded_and_opens_with_each_answer()
    {
        await SendAsync(4);
        using var soon = new CancellationTokenSource(20);
        await Should.ThrowAsync<OperationCanceledException>(async () => await _confirms.EnterAsync(soon.Token));
        _confirms.Answered(3, multiple: true, accepted: true);
        (await _confirms.EnterAsync(CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task One_refused_message_fails_its_batch_only()
    {
        var bad = await SendAsync(2);
        var good = await SendAsync(1);
        _confirms.Answered(2, multiple: false, accepted: false);
        _confirms.Answered(3, multiple: true, accepted: true);
        (await Should.ThrowAsync<BrokerException>(bad.Done)).Message.ShouldStartWith("1 messages");
        await good.Done;
    }

    [Fact]
    public async Task A_returned_message_fails_its_batch_though_it_is_confirmed()
    {
        var batch = await SendAsync(1);
        _confirms.Returned(batch.Id, "312 NO_ROUTE");
        _confirms.Answered(1, multiple: false, accepted: true);
        (await Should.ThrowAsync<BrokerException>(batch.Done)).Message.ShouldContain("NO_ROUTE");
    }

    [Fact]
    public async Task A_broken_channel_fails_what_is_open_and_what_follows()
    {
        var batch = await SendAsync(3);
        _confirms.Answered(1, multiple: false, accepted: true);
        _confirms.Break(new BrokerException("gone"));
        await Should.ThrowAsync<BrokerException>(batch.Done);
        Should.Throw<BrokerException>(() => _confirms.Sending(new PublishBatch(1)));
        // Late answers of the dead channel mean nothing.
        _confirms.Answered(3, multiple: true, accepted: true);
    }

    private async Task<PublishBatch> SendAsync(int messages)
    {
        var batch = new PublishBatch(messages);
        for (var i = 0; i < messages; i++)
        {
            await _confirms.EnterAsync(CancellationToken.None);
            _confirms.Sending(batch);
        }

        return batch;
    }
}
