namespace Mainstreet.Careers.Jobs.Intake;

/// <summary>What became of adverts that were taken in.</summary>
/// <param name="Created">New postings.</param>
/// <param name="Merged">Adverts of postings that were known from elsewhere.</param>
/// <param name="Updated">Known adverts that say something else now.</param>
/// <param name="Unchanged">Known adverts that say the same.</param>
internal sealed record IntakeTally(int Created, int Merged, int Updated, int Unchanged)
{
    internal static IntakeTally None { get; } = new(0, 0, 0, 0);

    internal int All => Created + Merged + Updated + Unchanged;

    internal IntakeTally Plus(IntakeTally other) => new(Created + other.Created, Merged + other.Merged, Updated + other.Updated, Unchanged + other.Unchanged);
}
