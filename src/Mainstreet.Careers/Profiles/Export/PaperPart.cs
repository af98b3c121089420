namespace Mainstreet.Careers.Profiles.Export;

/// <summary>How a part of a document looks.</summary>
internal enum PaperStyle
{
    Title,
    Subtitle,
    Line,
    Heading,
    Entry,
    Paragraph,
    Item,
}

/// <summary>One part of a document that is written as PDF or DOCX.</summary>
/// <param name="Right">What stands at the right margin of an entry's line, such as its dates.</param>
internal sealed record PaperPart(PaperStyle Style, string Text, string? Right = null);
