using System.Globalization;

using Mainstreet.Foundation.Documents.Pdf;

namespace Mainstreet.Store.Invoices;

/// <summary>Writes text and tables down A4 pages, beginning a new page when one is full. Lengths in points.</summary>
internal sealed class InvoicePaper
{
    private const double Left = 40;
    private const double Right = PdfPage.Width - 40;
    private const double Top = 50;
    private const double Bottom = 790;
    private const double Row = 14;
    private const double Size = 8.5;

    private readonly PdfFile _file;
    private PdfPage _page;
    private double _y;

    internal InvoicePaper(string title, DateTimeOffset createdAt)
    {
        _file = new PdfFile(title, createdAt);
        _page = NewPage();
    }

    internal void Heading(string text)
    {
        Need(28);
        _page.Text(Left, _y + 10, PdfFont.Bold, 16, text);
        _y += 28;
    }

    internal void Text(string text) => Write(text, PdfFont.Regular);

    internal void Strong(string text) => Write(text, PdfFont.Bold);

    internal void Gap() => _y += 10;

    /// <summary>A table whose last column stands at the right margin. The first three columns hold text on the left, the others figures on the right.</summary>
    internal void Table(double[] widths, string[] titles, string lastTitle, IEnumerable<(string[] Cells, string Last)> rows)
    {
        Need(4 * Row);
        Cells(widths, titles, lastTitle, PdfFont.Bold);
        Rule();
        foreach (var (cells, last) in rows)
        {
            if (_y + Row > Bottom)
            {
                _page = NewPage();
                Cells(widths, titles, lastTitle, PdfFont.Bold);
                Rule();
            }

            Cells(widths, cells, last, PdfFont.Regular);
        }

        Rule();
    }

    /// <summary>A figure at the right margin with its name before it.</summary>
    internal void Sum(string name, string amount, bool strong = false)
    {
        Need(Row);
        var font = strong ? PdfFont.Bold : PdfFont.Regular;
        _page.Text(Right - 90, _y, font, Size, name, toTheLeft: true);
        _page.Text(Right, _y, font, Size, amount, toTheLeft: true);
        _y += Row;
    }

    internal byte[] ToArray() => _file.ToArray();

    private void Cells(double[] widths, string[] cells, string last, PdfFont font)
    {
        var x = Left;
        for (var i = 0; i < cells.Length; i++)
        {
            var room = widths[i] - 4;
            if (i < 3) _page.Text(x, _y, font, Size, Fit(cells[i], font, room));
            else _page.Text(x + room, _y, font, Size, cells[i], toTheLeft: true);
            x += widths[i];
        }

        _page.Text(Right, _y, font, Size, last, toTheLeft: true);
        _y += Row;
    }

    /// <summary>As much of the text as there is room for.</summary>
    private static string Fit(string text, PdfFont font, double room)
    {
        if (font.Width(PdfFont.Encode(text), Size) <= room) return text;
        var length = Math.Min(text.Length, (int)room);
        while (length > 1 && font.Width(PdfFont.Encode(text[..length] + "…"), Size) > room) length--;
        // Never half of a surrogate pair.
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length] + "…";
    }

    private void Write(string text, PdfFont font)
    {
        Need(Row);
        _page.Text(Left, _y, font, Size, Fit(text, font, Right - Left));
        _y += Row;
    }

    private void Rule()
    {
        _page.Rule(Left, Right, _y - Row + 4);
        _y += 2;
    }

    private void Need(double height)
    {
        if (_y + height > Bottom) _page = NewPage();
    }

    private PdfPage NewPage()
    {
        var page = _file.AddPage();
        page.Text(Right, 820, PdfFont.Regular, Size, $"Page {_file.PageCount.ToString(CultureInfo.InvariantCulture)}", gray: 0.4, toTheLeft: true);
        _y = Top;
        return page;
    }
}
