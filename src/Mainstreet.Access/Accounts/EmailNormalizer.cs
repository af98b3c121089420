using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Identity;

namespace Mainstreet.Access.Accounts;

/// <summary>One form per e-mail address: trimmed, Unicode NFC, lower case. Dots and plus signs mean what their provider says.</summary>
internal sealed class EmailNormalizer : ILookupNormalizer
{
    /// <summary>What an address looks like, besides .NET's own rule: one @ between two parts without spaces, room around.</summary>
    internal const string Form = @"^\s*[^\s@]+@[^\s@]+\s*$";

    /// <summary>What is said of one that does not.</summary>
    internal const string NoAddress = "The Email field is not a valid e-mail address.";

    internal static string Normalize(string email)
    {
        var trimmed = email.Trim();
        try
        {
            trimmed = trimmed.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Lone surrogates have no normal form; such an address never equals a stored one.
        }

        return trimmed.ToLowerInvariant();
    }

    /// <summary>SHA-256 of the normal form: what is kept of an address that may belong to nobody.</summary>
    internal static byte[] Subject(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(Normalize(email)));

    [return: NotNullIfNotNull(nameof(email))]
    public string? NormalizeEmail(string? email) => email is null ? null : Normalize(email);

    [return: NotNullIfNotNull(nameof(name))]
    public string? NormalizeName(string? name) => NormalizeEmail(name);
}
