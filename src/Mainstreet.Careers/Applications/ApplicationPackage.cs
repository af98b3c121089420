using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Applications;

/// <summary>Everything that goes out with an application, as text: shown to the person, and once they said yes never changed.</summary>
/// <param name="To">The address, by e-mail only.</param>
/// <param name="Adapter">The partner, by adapter only.</param>
/// <param name="Candidate">As the profile names the person.</param>
/// <param name="ReplyTo">Where the company answers to: the account's e-mail.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text.</param>
internal sealed record ApplicationPackage(
    SubmissionMethod Method, string? To, string? Adapter, string Candidate, string ReplyTo, string Subject, string Body, IReadOnlyList<PackedDocument> Documents)
{
    /// <summary>The same for the same content, whatever day it is.</summary>
    internal string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write())));

    internal string Write() => JsonSerializer.Serialize(this, Json.Stored);

    internal PackedDocument? Find(DocumentKind kind) => Documents.FirstOrDefault(d => d.Kind == kind);
}

/// <summary>A document as it goes out.</summary>
/// <param name="Version">Of the document when it was read.</param>
internal sealed record PackedDocument(Guid Id, DocumentKind Kind, int Version, IReadOnlyList<PackedLine> Lines);

/// <param name="Section">As <see cref="DocumentBlock"/> names it.</param>
internal sealed record PackedLine(string Section, string Text);
