using Mainstreet.Foundation.Live;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Live;

/// <summary>How long the pump waits for a socket that is behind.</summary>
[Trait("kind", "unit")]
public sealed class LivePatienceTests
{
    private readonly Clock _clock = new();
    private readonly LivePatience _patience = new();

    [Fact]
    public void One_that_is_behind_for_good_is_given_up_after_three_seconds_of_waiting()
    {
        _patience.Has(200, paused: false, _clock).ShouldBeTrue();
        var waited = TimeSpan.Zero;
        // It takes one now and then, and gets as many: never stalled, never done.
        for (var look = 0; Look(TimeSpan.FromMilliseconds(2), 199 - look % 2); look++) waited += TimeSpan.FromMilliseconds(2);
        waited.TotalSeconds.ShouldBe(3, 0.01);
    }

    [Fact]
    public void One_that_stands_still_is_given_up_after_a_third_of_a_second()
    {
        _patience.Has(200, paused: false, _clock).ShouldBeTrue();
        var looks = 0;
        while (Look(TimeSpan.FromMilliseconds(10), 200)) looks++;
        looks.ShouldBeInRange(29, 31);
    }

    [Fact]
    public void A_process_that_got_no_processor_for_long_does_not_charge_its_readers()
    {
        _patience.Has(200, paused: false, _clock).ShouldBeTrue();
        for (var look = 0; look < 20; look++) Look(TimeSpan.FromSeconds(5), 199 - look).ShouldBeTrue();
    }

    [Fact]
    public void Patience_grows_back_while_nobody_waits()
    {
        _patience.Has(200, paused: false, _clock).ShouldBeTrue();
        for (var look = 0; look < 1_400; look++) Look(TimeSpan.FromMilliseconds(2), 199 - look % 2).ShouldBeTrue();
        _clock.Pass(TimeSpan.FromSeconds(60));
        _patience.Has(200, paused: false, _clock).ShouldBeTrue();
        for (var look = 0; look < 1_400; look++) Look(TimeSpan.FromMilliseconds(2), 199 - look % 2).ShouldBeTrue();
    }

    private bool Look(TimeSpan pause, int waiting)
    {
        _clock.Pass(pause);
        return _patience.Has(waiting, paused: true, _clock);
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        internal void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
