using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Careers.Tailoring;

internal enum DocumentKind
{
    Resume,
    Letter,
}

/// <summary>One line of a document: a heading of a job, a bullet, a sentence.</summary>
/// <param name="Id">From its section and its facts: the same statement keeps it, however it is worded.</param>
/// <param name="Section">name, summary, skills, work, education, certificates, projects, languages, more; in letters greeting, hook, proof, gap, close.</param>
/// <param name="Text">What it says.</param>
/// <param name="FactIds">The facts of the profile that it rests on. Empty only for the fixed sentences of a letter.</param>
internal sealed record DocumentBlock(string Id, string Section, string Text, IReadOnlyList<string> FactIds)
{
    internal static DocumentBlock Of(string section, string text, params IReadOnlyList<string> factIds)
    {
        var key = section + '\n' + (factIds.Count > 0 ? string.Join('\n', factIds.Order(StringComparer.Ordinal)) : text);
        return new DocumentBlock("b" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..12], section, text, factIds);
    }
}

/// <summary>A résumé or letter, block by block in order.</summary>
internal sealed record CareerDocument(DocumentKind Kind, IReadOnlyList<DocumentBlock> Blocks);
