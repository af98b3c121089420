using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Payments;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "unit")]
public sealed class PaymentStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_is_told_in_whatever_order_a_payment_moves_forward_only()
    {
        var acts = Gen.Choose(0, 7).ArrayOf();
        Prop.ForAll(acts.ToArbitrary(), script =>
        {
            var payment = Open(PaymentMethod.Card);
            var was = payment.State;
            foreach (var act in script)
            {
                Act(payment, act);
                if (payment.State < was) return false;
                if (payment.Captured < payment.Refunded || payment.Refunded < payment.Returned) return false;
                was = payment.State;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void An_authorisation_after_the_order_was_given_up_has_a_state_of_its_own()
    {
        var payment = Open(PaymentMethod.Upi);
        payment.Cancel(Now).ShouldBeTrue();
        payment.Authorize("pay_1", late: false, Now).ShouldBeTrue();
        payment.State.ShouldBe(PaymentState.LateAuthorized);
        payment.Capture("pay_1", 500, Now).ShouldBeTrue();
        payment.Authorize("pay_1", late: false, Now).ShouldBeFalse();
        payment.State.ShouldBe(PaymentState.Captured);
    }

    [Fact]
    public void Cash_knows_collection_and_cancellation_only()
    {
        foreach (var state in Enum.GetValues<PaymentState>())
            PaymentState.Due.MayBecome(state).ShouldBe(state is PaymentState.Captured or PaymentState.Cancelled, state.ToString());
    }

    [Fact]
    public void A_beginning_is_never_come_back_to()
    {
        foreach (var state in Enum.GetValues<PaymentState>())
        {
            state.MayBecome(PaymentState.Due).ShouldBeFalse();
            state.MayBecome(PaymentState.Created).ShouldBeFalse();
            state.MayBecome(state).ShouldBeFalse();
        }
    }

    [Fact]
    public void Two_provider_orders_do_not_mix()
    {
        var payment = Open(PaymentMethod.Upi);
        payment.Started("razorpay", "order_1", null, Now);
        payment.Started("razorpay", "order_2", "upi://pay?of=2", Now);
        (payment.ProviderOrderId, payment.UpiIntent).ShouldBe(("order_1", null));
    }

    private static void Act(Payment payment, int act)
    {
        switch (act)
        {
            case 0:
                payment.Started("razorpay", "order_1", null, Now);
                break;
            case 1:
                payment.Fail("x", Now);
                break;
            case 2:
                payment.Authorize("pay_1", false, Now);
                break;
            case 3:
                payment.Capture("pay_1", 500, Now);
                break;
            case 4:
                payment.Cancel(Now);
                break;
            case 5 when payment.State.IsCaptured() && payment.Refundable >= 200:
                payment.Promise(200, Now);
                break;
            case 6 when payment.Refunded - payment.Returned >= 200:
                payment.Return(200, Now);
                break;
            case 7 when payment.Refunded - payment.Returned >= 200:
                payment.TakeBack(200, Now);
                break;
        }
    }

    private static Payment Open(PaymentMethod method) => Payment.Open(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), new Money(500, "INR"), method, null, Now, Now);
}
