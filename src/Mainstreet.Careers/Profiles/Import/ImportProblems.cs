using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>Why a file became no profile.</summary>
internal static class ImportProblems
{
    internal static readonly Problem NoText = new(422, "no_text", "The file holds no text that can be read.")
    {
        Detail = "A scan or a photograph has only pictures of letters. Send a file that was written by a word processor, or fill the profile in by hand.",
    };

    internal static readonly Problem Encrypted = new(422, "document_encrypted", "The file is protected by a password.");

    internal static readonly Problem Broken = new(422, "document_broken", "The file is damaged and cannot be read.");

    internal static readonly Problem TooLarge = new(413, "document_too_large", "The file is too large.");

    internal static readonly Problem Unknown = new(415, "unsupported_media_type", "Send a JSON Resume, a PDF or a DOCX file.");
}
