using System.Globalization;

using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace Mainstreet.Store.Invoices;

/// <summary>Writes text and tables down A4 pages, beginning a new page when one is full. Lengths in points.</summary>
internal sealed class InvoicePaper : IDisposable
{
    private const double Left = 40;
    private const double Right = 555;
    private const double Top = 50;
    private const double Bottom = 790;
    private const double Row = 14;

    private readonly XFont _body = new(InvoiceFonts.Family, 8.5, XFontStyleEx.Regular);
    private readonly XFont _bold = new(InvoiceFonts.Family, 8.5, XFontStyleEx.Bold);
    private readonly XFont _heading = new(InvoiceFonts.Family, 16, XFontStyleEx.Bold);
    private readonly PdfDocument _document = new();
    private XGraphics _page;
    private double _y;

    internal InvoicePaper(string title, DateTime createdAt)
    {
        _document.Info.Title = title;
        _document.Info.CreationDate = createdAt;
        _page = NewPage();
    }

    internal void Heading(string text)
    {
        Need(28);
        _page.DrawString(text, _heading, XBrushes.Black, new XPoint(Left, _y + 10));
        _y += 28;
    }

    internal void Text(string text) => Write(text, _body);

    internal void Strong(string text) => Write(text, _bold);

    internal void Gap() => _y += 10;

    /// <summary>A table whose last column stands at the right margin. Columns hold text on the left, figures (from the third on) on the right.</summary>
    internal void Table(double[] widths, string[] titles, string lastTitle, IEnumerable<(string[] Cells, string Last)> rows)
    {
        Cells(widths, titles, lastTitle, _bold);
        Rule();
        foreach (var (cells, last) in rows)
        {
            if (_y + Row > Bottom)
            {
                Turn();
                Cells(widths, titles, lastTitle, _bold);
                Rule();
            }

            Cells(widths, cells, last, _body);
        }

        Rule();
    }

    /// <summary>A figure at the right margin with its name before it.</summary>
    internal void Sum(string name, string amount, bool strong = false)
    {
        Need(Row);
        var font = strong ? _bold : _body;
        _page.DrawString(name, font, XBrushes.Black, new XPoint(Right - 90, _y), XStringFormats.BaseLineRight);
        _page.DrawString(amount, font, XBrushes.Black, new XPoint(Right, _y), XStringFormats.BaseLineRight);
        _y += Row;
    }

    internal byte[] ToArray()
    {
        _page.Dispose();
        using var bytes = new MemoryStream();
        _document.Save(bytes, false);
        return bytes.ToArray();
    }

    public void Dispose()
    {
        _page.Dispose();
        _document.Dispose();
    }

    private void Cells(double[] widths, string[] cells, string last, XFont font)
    {
        var x = Left;
        for (var i = 0; i < cells.Length; i++)
        {
            var room = widths[i] - 4;
            if (i < 3) _page.DrawString(Fit(cells[i], font, room), font, XBrushes.Black, new XPoint(x, _y));
            else _page.DrawString(cells[i], font, XBrushes.Black, new XPoint(x + room, _y), XStringFormats.BaseLineRight);
            x += widths[i];
        }

        _page.DrawString(last, font, XBrushes.Black, new XPoint(Right, _y), XStringFormats.BaseLineRight);
        _y += Row;
    }

    private string Fit(string text, XFont font, double room)
    {
        if (_page.MeasureString(text, font).Width <= room) return text;
        var length = text.Length;
        while (length > 1 && _page.MeasureString(text[..length] + "…", font).Width > room) length--;
        // Never half of a surrogate pair.
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length] + "…";
    }

    private void Write(string text, XFont font)
    {
        Need(Row);
        _page.DrawString(Fit(text, font, Right - Left), font, XBrushes.Black, new XPoint(Left, _y));
        _y += Row;
    }

    private void Rule()
    {
        _page.DrawLine(XPens.Gray, Left, _y - Row + 4, Right, _y - Row + 4);
        _y += 2;
    }

    private void Need(double height)
    {
        if (_y + height > Bottom) Turn();
    }

    private void Turn()
    {
        _page.Dispose();
        _page = NewPage();
    }

    private XGraphics NewPage()
    {
        var page = _document.AddPage();
        page.Size = PageSize.A4;
        var drawing = XGraphics.FromPdfPage(page);
        drawing.DrawString($"Page {_document.PageCount.ToString(CultureInfo.InvariantCulture)}", _body, XBrushes.Gray, new XPoint(Right, 820), XStringFormats.BaseLineRight);
        _y = Top;
        return drawing;
    }
}
