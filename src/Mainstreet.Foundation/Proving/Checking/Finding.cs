namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>
/// What may be wrong with a history. The letters are Adya's (Weak Consistency, PhD thesis, MIT 1999); P4 is from Berenson et al.
/// (A Critique of ANSI SQL Isolation Levels, 1995).
/// </summary>
public enum Anomaly
{
    /// <summary>A transaction did not read what it had written itself.</summary>
    Internal,

    /// <summary>A value was read that nobody wrote.</summary>
    ReadOfNothing,

    /// <summary>G1a: a refused transaction's value was read.</summary>
    AbortedRead,

    /// <summary>G1b: a value was read that its writer had overwritten before it ended.</summary>
    IntermediateRead,

    /// <summary>A list holds a value twice that was appended once.</summary>
    DoubledAppend,

    /// <summary>Two reads of a list are not prefixes of one list: something was overwritten or moved.</summary>
    DivergedOrder,

    /// <summary>P4: two transactions read one version of a key and both wrote the key.</summary>
    LostUpdate,

    /// <summary>G0: a cycle of writes that follow each other.</summary>
    WriteCycle,

    /// <summary>G1c: a cycle of writes that follow each other and of reads of them.</summary>
    CircularFlow,

    /// <summary>G-single: a cycle with one read that a write overtook; read skew.</summary>
    ReadSkew,

    /// <summary>G2-item: a cycle with several reads that writes overtook; with two it is write skew.</summary>
    WriteSkew,

    /// <summary>A cycle that only real time closes: what was acknowledged before a transaction began was not there for it.</summary>
    StaleRead,
}

/// <summary>An anomaly with the transactions that show it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Transactions">Ids; of a cycle in its order.</param>
/// <param name="Explanation">Several lines of text.</param>
public sealed record Finding(Anomaly Kind, IReadOnlyList<long> Transactions, string Explanation)
{
    public override string ToString() => $"{Kind}: {Explanation}";
}
