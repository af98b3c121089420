namespace Mainstreet.Careers.Profiles.Import;

/// <summary>A line of a document in reading order.</summary>
/// <param name="Text">Never empty; single blanks, except for a tab where the document leaves a wide gap.</param>
/// <param name="Size">Of its letters, in points; 0 when unknown.</param>
/// <param name="Heading">The document says that this is a heading.</param>
/// <param name="Bullet">The document marks it as an item of a list.</param>
/// <param name="After">True when there is more room above it than between lines of one paragraph.</param>
internal sealed record TextLine(string Text, double Size = 0, bool Bold = false, bool Heading = false, bool Bullet = false, bool After = false);
