using Mainstreet.Foundation.Models;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Models;

[Trait("kind", "unit")]
public sealed class CircuitBreakerTests
{
    private readonly Clock _clock = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(2, TimeSpan.FromSeconds(10), _clock);

    [Fact]
    public void A_success_between_failures_starts_the_count_again()
    {
        _breaker.Failed().ShouldBeFalse();
        _breaker.Succeeded();
        _breaker.Failed().ShouldBeFalse();
        _breaker.TryEnter().ShouldBeTrue();
    }

    [Fact]
    public void Of_many_callers_after_the_pause_one_tries()
    {
        Open();
        _clock.Now += TimeSpan.FromSeconds(10);
        _breaker.TryEnter().ShouldBeTrue();
        _breaker.TryEnter().ShouldBeFalse();
    }

    [Fact]
    public void A_trial_that_is_given_up_leaves_the_turn_to_the_next()
    {
        Open();
        _clock.Now += TimeSpan.FromSeconds(10);
        _breaker.TryEnter().ShouldBeTrue();
        _breaker.GaveUp();
        _breaker.TryEnter().ShouldBeTrue();
    }

    [Fact]
    public void A_straggler_failing_during_the_pause_does_not_prolong_it()
    {
        Open();
        _clock.Now += TimeSpan.FromSeconds(6);
        _breaker.Failed().ShouldBeFalse();
        _clock.Now += TimeSpan.FromSeconds(5);
        _breaker.TryEnter().ShouldBeTrue();
    }

    private void Open()
    {
        _breaker.Failed().ShouldBeFalse();
        _breaker.Failed().ShouldBeTrue();
        _breaker.TryEnter().ShouldBeFalse();
    }

    private sealed class Clock : TimeProvider
    {
        internal TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
