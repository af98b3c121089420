using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Applications;

/// <summary>What the person asks for.</summary>
/// <param name="ResumeId">Null: the application's, or else the newest for the posting.</param>
/// <param name="LetterId">As the résumé's.</param>
internal sealed record PackingWish(SubmissionMethod? Method, string? To, Guid? ResumeId, Guid? LetterId);

/// <param name="AsAccepted">Each document is as the person accepted it: the profile has lost no facts since.</param>
/// <param name="Options">The ways that there are to hand it in.</param>
internal sealed record Packed(ApplicationPackage Package, bool AsAccepted, IReadOnlyList<SubmissionOption> Options);

/// <summary>
/// Puts together what goes out: the documents as the profile supports them now, subject and words. Sends and stores nothing. Errors:
/// document_not_found, method_unavailable, address_not_in_posting, nothing_to_send, invalid_request.
/// </summary>
internal sealed class PackApplication(CareersDb db, SubmissionChannels channels, TimeProvider clock)
{
    internal async Task<Outcome<Packed>> PackAsync(Caller caller, ApplyTarget target, Guid? jobId, JobApplication? application, PackingWish wish, CancellationToken cancel)
    {
        var options = await channels.OfAsync(caller.Id, target, cancel);
        var method = wish.Method ?? application?.Method ?? options.First(o => o.WhyNot is null).Method;
        var option = options.Single(o => o.Method == method);
        if (option.WhyNot is { } why) return ApplicationProblems.MethodUnavailable.With(why);
        string? to = null;
        if (method == SubmissionMethod.Email)
        {
            to = wish.To is null ? option.To[0] : option.To.FirstOrDefault(a => a.Equals(wish.To.Trim(), StringComparison.OrdinalIgnoreCase));
            if (to is null) return ApplicationProblems.AddressNotInPosting.With($"It names {string.Join(", ", option.To)}.");
        }

        var documents = new List<PackedDocument>();
        var asAccepted = true;
        foreach (var (kind, asked, chosen) in new[] { (DocumentKind.Resume, wish.ResumeId, application?.ResumeId), (DocumentKind.Letter, wish.LetterId, application?.LetterId) })
        {
            var stored = await FindAsync(caller.Id, kind, asked ?? chosen, jobId, cancel);
            if (stored is null && asked is not null) return ApplicationProblems.DocumentNotFound;
            if (stored is null) continue;
            var view = await DocumentRoutes.ViewAsync(stored, db, clock, cancel);
            if (view.Blocks.Count == 0) continue;
            asAccepted &= view.Blocks.Count == DocumentDiff.Revert(stored.Base, stored.Tailored, stored.TakenBack).Blocks.Count;
            documents.Add(new PackedDocument(stored.Id, kind, stored.Version, [.. view.Blocks.Select(b => new PackedLine(b.Section, b.Text))]));
        }

        if (documents.Count == 0 && method != SubmissionMethod.ByHand) return ApplicationProblems.NothingToSend;
        var profile = await db.Profiles.AsNoTracking().Where(p => p.AccountId == caller.Id).Select(p => p.Document).SingleOrDefaultAsync(cancel);
        var candidate = (profile is null ? null : CvView.Of(profile).Name) ?? caller.DisplayName;
        var subject = $"Application: {target.Text.Title}, {candidate}";
        return new Packed(new ApplicationPackage(method, to, option.Adapter, candidate, caller.Email, subject, Body(target, candidate, documents), documents), asAccepted, options);
    }

    private async Task<StoredDocument?> FindAsync(Guid accountId, DocumentKind kind, Guid? id, Guid? jobId, CancellationToken cancel)
    {
        var own = db.Documents.AsNoTracking().Where(d => d.AccountId == accountId && d.Kind == kind);
        if (id is not null) return await own.SingleOrDefaultAsync(d => d.Id == id, cancel);
        return jobId is null ? null : await own.Where(d => d.JobId == jobId).OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).FirstOrDefaultAsync(cancel);
    }

    // The letter is the message; without one, a sentence that claims nothing.
    private static string Body(ApplyTarget target, string candidate, List<PackedDocument> documents)
    {
        if (documents.Find(d => d.Kind == DocumentKind.Letter) is { } letter) return $"{SubmissionChannels.TextOf(letter)}\n\n{candidate}";
        return $"{LetterSentences.Greeting(target.Text)}\n\n{LetterSentences.Hook(target.Text)} Please find my résumé attached.\n\n{candidate}";
    }
}
