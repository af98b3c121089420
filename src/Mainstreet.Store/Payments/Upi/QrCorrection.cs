namespace Mainstreet.Store.Payments.Upi;

/// <summary>Reed-Solomon correction words over GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (ISO/IEC 18004:2015, section 7.5).</summary>
internal static class QrCorrection
{
    private static readonly byte[] Powers = MakePowers();
    private static readonly byte[] Logarithms = MakeLogarithms();

    /// <summary>The remainder of the data, as a polynomial, by the generator of that degree.</summary>
    internal static byte[] Of(ReadOnlySpan<byte> data, int count)
    {
        var generator = Generator(count);
        var rest = new byte[count];
        foreach (var word in data)
        {
            var factor = (byte)(word ^ rest[0]);
            rest.AsSpan(1).CopyTo(rest);
            rest[^1] = 0;
            for (var i = 0; i < count; i++) rest[i] ^= Multiply(generator[i], factor);
        }

        return rest;
    }

    /// <summary>(x - 2^0)(x - 2^1) ... (x - 2^(degree-1)), highest power first, without the leading one.</summary>
    private static byte[] Generator(int degree)
    {
        var product = new byte[degree];
        product[^1] = 1;
        for (var root = 0; root < degree; root++)
        {
            for (var i = 0; i < degree; i++)
            {
                product[i] = Multiply(product[i], Powers[root]);
                if (i + 1 < degree) product[i] ^= product[i + 1];
            }
        }

        return product;
    }

    private static byte Multiply(byte a, byte b) => a == 0 || b == 0 ? (byte)0 : Powers[(Logarithms[a] + Logarithms[b]) % 255];

    private static byte[] MakePowers()
    {
        var powers = new byte[255];
        for (int i = 0, value = 1; i < 255; i++)
        {
            powers[i] = (byte)value;
            value <<= 1;
            if (value > 255) value ^= 0x11D;
        }

        return powers;
    }

    private static byte[] MakeLogarithms()
    {
        var logarithms = new byte[256];
        for (var i = 0; i < 255; i++) logarithms[Powers[i]] = (byte)i;
        return logarithms;
    }
}
