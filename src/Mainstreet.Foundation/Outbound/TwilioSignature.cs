using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Foundation.Outbound;

/// <summary>
/// <c>X-Twilio-Signature</c> of a form post: Base64 of HMAC-SHA1, with the auth token as key, over the address as Twilio has it followed by every
/// parameter's name and value, sorted by name (twilio.com/docs/usage/security). It carries no time: a recording stays valid.
/// </summary>
public static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    // CA5350: the protocol says SHA-1; as a MAC it is not broken.
#pragma warning disable CA5350
    public static string Sign(string token, string url, IEnumerable<KeyValuePair<string, string>> form)
    {
        var text = new StringBuilder(url);
        foreach (var (name, value) in form.OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)) text.Append(name).Append(value);
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text.ToString())));
    }
#pragma warning restore CA5350

    /// <summary>Judges a received report. Takes the same time whichever token or byte is wrong.</summary>
    /// <param name="tokens">Every live auth token; two while it is being changed.</param>
    /// <param name="url">The whole address, with its query.</param>
    /// <param name="form">Parameters of the body.</param>
    /// <param name="signature">The header.</param>
    public static SignatureVerdict Verify(
        IReadOnlyList<string> tokens, string url, IReadOnlyCollection<KeyValuePair<string, string>> form, string? signature)
    {
        if (string.IsNullOrEmpty(signature)) return SignatureVerdict.Missing;
        var given = Encoding.UTF8.GetBytes(signature);
        var matches = 0;
        foreach (var token in tokens)
            matches |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(token, url, form)), given) ? 1 : 0;
        return matches == 0 ? SignatureVerdict.Wrong : SignatureVerdict.Valid;
    }
}
