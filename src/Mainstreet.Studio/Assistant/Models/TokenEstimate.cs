using System.Text;

namespace Mainstreet.Studio.Assistant.Models;

/// <summary>
/// Tokens of a text where nobody tells them. A token of the common vocabularies is about four bytes of English and three of code; no token is
/// less than a byte.
/// </summary>
internal static class TokenEstimate
{
    private const int PerMessage = 8;

    /// <summary>Of text that was written.</summary>
    internal static long Of(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;

    /// <summary>Of a question before it is asked: rather too many, since a cap rests on it.</summary>
    internal static long OfQuestion(params IEnumerable<string> texts) => texts.Sum(text => ((Encoding.UTF8.GetByteCount(text) + 1L) / 2) + PerMessage);
}
