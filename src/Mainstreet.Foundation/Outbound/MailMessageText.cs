using System.Globalization;
using System.Net.Mail;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Foundation.Outbound;

/// <summary>
/// An e-mail as bytes (RFC 5322, 2045, 2047): ASCII only on the wire, so no extension of the server is needed. No character of subject, name or
/// address can end a header line: control characters become spaces, all else that is not plain ASCII is encoded.
/// </summary>
internal static class MailMessageText
{
    private const string AddressSpecials = "<>()[]\\,;:\"";

    /// <summary>Bytes of text in one encoded word; with <c>Subject: =?UTF-8?B?</c> the line stays within 76 characters (RFC 2047, section 2).</summary>
    private const int WordBytes = 39;

    private const int MaxLine = 900;

    /// <summary>The address as SMTP takes it, its domain in Punycode; null for what is no address or has a local part beyond ASCII.</summary>
    internal static string? Address(string? text)
    {
        if (text is null || text.Length is < 3 or > 254) return null;
        var at = text.LastIndexOf('@');
        if (at is < 1 or > 64 || at == text.Length - 1) return null;
        var local = text[..at];
        if (!local.All(c => c is > ' ' and < '\u007f' && c != '@' && !AddressSpecials.Contains(c))) return null;
        try
        {
            var domain = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text[(at + 1)..]);
            return domain.Length <= 253 ? $"{local}@{domain}" : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Depends on key and sender only, so that every attempt at one effect carries the same and a mailbox can tell doubles.</summary>
    internal static string MessageId(string key, string fromAddress)
    {
        var plain = key.Length <= 64 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        var left = plain ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..40];
        return $"<{left}@{fromAddress[(fromAddress.LastIndexOf('@') + 1)..]}>";
    }

    /// <summary>Headers and body with CRLF line ends, dots not stuffed, ending with CRLF.</summary>
    internal static byte[] Compose(MailAddress from, string fromAddress, string to, string messageId, OutboundMessage message, DateTimeOffset at)
    {
        var mail = new StringBuilder(message.Text.Length + 512);
        mail.Append("Date: ").Append(at.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n");
        mail.Append("From: ");
        if (from.DisplayName.Length > 0) mail.Append(Phrase(from.DisplayName)).Append(from.DisplayName.Length + fromAddress.Length > 60 || !IsPlainWord(from.DisplayName) ? "\r\n " : " ");
        mail.Append('<').Append(fromAddress).Append(">\r\n");
        mail.Append("To: <").Append(to).Append(">\r\n");
        if (Address(message.ReplyTo) is { } replyTo) mail.Append("Reply-To: <").Append(replyTo).Append(">\r\n");
        mail.Append("Message-ID: ").Append(messageId).Append("\r\n");
        if (Unstructured(message.Subject ?? "") is { Length: > 0 } line) mail.Append("Subject: ").Append(line).Append("\r\n");
        mail.Append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
        if (message.Attachments is not { Count: > 0 } files)
        {
            AppendText(mail, message.Text);
            return Encoding.ASCII.GetBytes(mail.ToString());
        }

        // Underscores occur in no Base64, and no line of a text begins so by chance.
        var mark = $"=_{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(messageId)))[..32]}";
        mail.Append("Content-Type: multipart/mixed;\r\n boundary=\"").Append(mark).Append("\"\r\n\r\n--").Append(mark).Append("\r\n");
        AppendText(mail, message.Text);
        foreach (var file in files)
        {
            var name = FileName(file.Name);
            mail.Append("--").Append(mark).Append("\r\nContent-Type: ").Append(new ContentType(file.ContentType).MediaType).Append(";\r\n name=\"").Append(name)
                .Append("\"\r\nContent-Disposition: attachment;\r\n filename=\"").Append(name).Append("\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
                .Append(Convert.ToBase64String(file.Content.Span, Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        }

        mail.Append("--").Append(mark).Append("--\r\n");
        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    private static void AppendText(StringBuilder mail, string text)
    {
        mail.Append("Content-Type: text/plain; charset=utf-8\r\n");
        var body = text.ReplaceLineEndings("\r\n");
        if (IsPlain(body))
        {
            mail.Append("Content-Transfer-Encoding: 7bit\r\n\r\n").Append(body);
            if (!body.EndsWith("\r\n", StringComparison.Ordinal)) mail.Append("\r\n");
        }
        else
        {
            mail.Append("Content-Transfer-Encoding: base64\r\n\r\n")
                .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(body), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        }
    }

    private static string FileName(string name)
    {
        var kept = string.Concat(name.Take(100).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')).TrimStart('.');
        return kept.Length == 0 ? "file" : kept;
    }

    /// <summary>A subject's value, folded.</summary>
    internal static string Unstructured(string text)
    {
        var clean = OneLine(text);
        return clean.Length <= 66 && IsPlainWord(clean) ? clean : EncodedWords(clean);
    }

    // What looks like an encoded word would be decoded by the reader.
    private static bool IsPlainWord(string text) => text.All(c => c is >= ' ' and < '\u007f') && !text.Contains("=?", StringComparison.Ordinal);

    private static string Phrase(string name)
    {
        var clean = OneLine(name);
        return clean.Length <= 60 && IsPlainWord(clean)
            ? $"\"{clean.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : EncodedWords(clean);
    }

    private static string EncodedWords(string text)
    {
        var words = new StringBuilder();
        var word = new MemoryStream(WordBytes);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Length + length > WordBytes) Flush();
            word.Write(bytes[..length]);
        }

        Flush();
        return words.ToString();

        void Flush()
        {
            if (word.Length == 0) return;
            if (words.Length > 0) words.Append("\r\n ");
            words.Append("=?UTF-8?B?").Append(Convert.ToBase64String(word.GetBuffer(), 0, (int)word.Length)).Append("?=");
            word.SetLength(0);
        }
    }

    // U+2028 and U+2029 end lines in some programs.
    private static string OneLine(string text) =>
        string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++) to[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
        }).Trim();

    private static bool IsPlain(string body)
    {
        var line = 0;
        foreach (var c in body)
        {
            line = c == '\n' ? 0 : line + 1;
            if (line > MaxLine || c > '\u007e' || (c < ' ' && c is not ('\t' or '\r' or '\n'))) return false;
        }

        return true;
    }
}
