using PdfSharp.Fonts;
using PdfSharp.WPFonts;

namespace Mainstreet.Store.Invoices;

/// <summary>
/// The typeface of invoices: the one that comes inside PDFsharp, so that an invoice looks the same on every machine, also on one without any font.
/// It has Latin, Greek and Cyrillic letters; others print as empty boxes.
/// </summary>
internal sealed class InvoiceFonts : IFontResolver
{
    internal const string Family = "Mainstreet";

    private const string Regular = "regular";
    private const string Bold = "bold";

    public FontResolverInfo? ResolveTypeface(string familyName, bool bold, bool italic) => new(bold ? Bold : Regular);

    public byte[]? GetFont(string faceName) => faceName == Bold ? FontDataHelper.SegoeWPBold : FontDataHelper.SegoeWP;
}
