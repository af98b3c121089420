using System.Text;

using Mainstreet.Careers.Profiles.Export;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Outbound;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers.Applications;

/// <summary>A way to hand an application in.</summary>
/// <param name="WhyNot">Null when it can be done this way; else one sentence.</param>
/// <param name="To">Addresses to choose from, by e-mail only.</param>
internal sealed record SubmissionOption(SubmissionMethod Method, string? WhyNot, IReadOnlyList<string> To, string? Adapter = null);

/// <summary>
/// Takes applications for postings of one source. None of the public boards lets a candidate's program apply without the employer's key, so the one
/// kind here is a partner that the operator configured: a webhook among <c>Careers:Providers</c> whose name is <c>apply-</c> and the source's.
/// </summary>
internal interface IApplicationAdapter
{
    /// <summary>The partner for the posting, or null.</summary>
    IProvider? For(ApplyTarget target);
}

/// <inheritdoc cref="IApplicationAdapter"/>
internal sealed class ProviderAdapter([FromKeyedServices(CareersModule.Providers)] IProviders providers) : IApplicationAdapter
{
    public IProvider? For(ApplyTarget target) => (target.Sources ?? [])
        .Select(source => providers.Find($"apply-{source.ToLowerInvariant()}")).FirstOrDefault(provider => provider is { Channel: "webhook" });
}

/// <summary>Says by which ways a posting can be applied to, and makes what a sender sends.</summary>
internal sealed class SubmissionChannels([FromKeyedServices(CareersModule.Providers)] IProviders providers, IEnumerable<IApplicationAdapter> adapters, IAccounts accounts)
{
    /// <summary>All three ways, the least work for the person first, each with the reason where it is shut.</summary>
    internal async Task<IReadOnlyList<SubmissionOption>> OfAsync(Guid accountId, ApplyTarget target, CancellationToken cancel)
    {
        // Companies answer to it: nobody writes in another's name.
        var unknown = await accounts.FindAsync(accountId, cancel) is { EmailConfirmed: true, Synthetic: false } ? null : "Your e-mail address is not confirmed.";
        var adapter = adapters.Select(a => a.For(target)).FirstOrDefault(p => p is not null);
        var addresses = target.Addresses;
        return
        [
            new SubmissionOption(SubmissionMethod.Adapter, adapter is null ? "No partner takes applications for this posting." : unknown, [], adapter?.Name),
            new SubmissionOption(SubmissionMethod.Email,
                providers.For("email").Count == 0 ? "This program has no e-mail sender." : addresses.Count == 0 ? "The posting names no e-mail address." : unknown, addresses),
            new SubmissionOption(SubmissionMethod.ByHand, null, []),
        ];
    }

    /// <summary>Who sends a package; null when nobody does any more.</summary>
    internal IProvider? SenderOf(ApplicationPackage package) => package.Method switch
    {
        SubmissionMethod.Email => providers.For("email") is [var first, ..] ? first : null,
        SubmissionMethod.Adapter => package.Adapter is { } name ? providers.Find(name) : null,
        _ => null,
    };

    internal static OutboundMessage MessageOf(ApplicationPackage package, string key, DateTimeOffset at) => package.Method == SubmissionMethod.Email
        ? new OutboundMessage(key, package.To, package.Subject, package.Body, ReplyTo: package.ReplyTo,
            Attachments: [.. package.Documents.Select(d => new OutboundAttachment(d.Kind == DocumentKind.Resume ? "resume.pdf" : "letter.pdf", "application/pdf", Paper(package, d, at)))])
        : new OutboundMessage(key, null, package.Subject, package.Body, new Dictionary<string, object?>
        {
            ["candidate"] = package.Candidate,
            ["replyTo"] = package.ReplyTo,
            ["documents"] = package.Documents,
        });

    /// <summary>A document's lines as plain text.</summary>
    internal static string TextOf(PackedDocument document)
    {
        var text = new StringBuilder();
        string? section = null;
        foreach (var line in document.Lines)
        {
            if (text.Length > 0) text.Append(document.Kind == DocumentKind.Letter || section != line.Section ? "\n\n" : "\n");
            text.Append(line.Text);
            section = line.Section;
        }

        return text.ToString();
    }

    private static byte[] Paper(ApplicationPackage package, PackedDocument document, DateTimeOffset at) => PaperPdf.Write(
        $"{package.Candidate}, {(document.Kind == DocumentKind.Resume ? "résumé" : "letter")}", at,
        ExportDocument.Paper(document.Kind, document.Lines.Select(line => (line.Section, line.Text))));
}
