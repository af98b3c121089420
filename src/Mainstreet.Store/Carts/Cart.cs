using System.Security.Cryptography;

namespace Mainstreet.Store.Carts;

internal enum CartState
{
    Open,
    Ordered,
    Merged,
}

/// <summary>
/// What somebody means to buy from one shop. Without a customer it is a guest's, and whoever knows its id may use it; with one it is that
/// customer's alone. Every change advances <see cref="Version"/> by a guarded update first, so changes of one cart queue and none is lost.
/// </summary>
internal sealed class Cart
{
    private Cart()
    {
    }

    public Guid Id { get; private init; }

    public Guid? CustomerId { get; private set; }

    /// <summary>The shop's business, from the first item on.</summary>
    public Guid? BusinessId { get; private set; }

    public CartState State { get; private set; }

    /// <summary>Where its items went when a guest signed in.</summary>
    public Guid? MergedInto { get; private set; }

    public int Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>An empty cart. Its id is a secret of 122 random bits, since it is all that a guest shows.</summary>
    /// <param name="customerId">Null: a guest's.</param>
    /// <param name="now">When.</param>
    /// <param name="id">The id that an app chose while it was offline, as secret as our own; by default one is made.</param>
    internal static Cart Open(Guid? customerId, DateTimeOffset now, Guid? id = null) =>
        new() { Id = id ?? Secret(), CustomerId = customerId, State = CartState.Open, Version = 1, CreatedAt = now, UpdatedAt = now };

    /// <summary>A UUIDv4 (RFC 9562, 5.4) from the system's generator for secrets; UUIDv7 would tell when it was made.</summary>
    private static Guid Secret()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>A product in a cart, once.</summary>
internal sealed class CartItem
{
    public required Guid CartId { get; init; }

    public required Guid ProductId { get; init; }

    public required int Quantity { get; set; }

    /// <summary>The price of one that the customer saw when they last set the quantity, in minor units.</summary>
    public required long SeenPrice { get; set; }

    public required DateTimeOffset AddedAt { get; init; }
}
