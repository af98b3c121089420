namespace Mainstreet.Store.Payments.Simulator;

/// <summary>An order, payment, refund, customer or token as the simulated provider remembers it.</summary>
internal sealed class SimulatedObject
{
    /// <summary>As Razorpay's: <c>order_</c>, <c>pay_</c>, <c>rfnd_</c>, <c>cust_</c>, <c>token_</c> and 14 characters.</summary>
    public required string Id { get; init; }

    /// <summary><c>order</c>, <c>payment</c>, <c>refund</c>, <c>customer</c>, <c>token</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>A payment's order, a refund's payment, a token's customer.</summary>
    public string? Parent { get; init; }

    /// <summary>An order's receipt, a refund's idempotency key, a customer's e-mail.</summary>
    public string? Key { get; init; }

    /// <summary>The entity as its API shows it, and under <c>simulator</c> what it does not show.</summary>
    public required string Json { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A webhook that the simulated provider still has to deliver.</summary>
internal sealed class SimulatedEvent
{
    public required string Id { get; init; }

    public required string Body { get; init; }

    public DateTimeOffset DueAt { get; set; }

    public int Attempts { get; set; }
}
