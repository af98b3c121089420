using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tailoring;

/// <summary>
/// Writes a résumé or letter for a posting and keeps it. A task that runs it again gets the document that it wrote the first time.
/// Errors: profile_not_found, profile_empty, posting_not_found.
/// </summary>
internal sealed class WriteDocument(CareersDb db, TimeProvider clock, IEnumerable<IPostingTexts> postings, IEnumerable<ITailoringModel> models)
{
    internal async Task<Outcome<StoredDocument>> ForJobAsync(DocumentKind kind, Guid accountId, Guid jobId, Guid? taskId, CancellationToken cancel)
    {
        if (await FindPostingAsync(postings, jobId, cancel) is not { } posting) return CareersProblems.PostingNotFound;
        return await ForPostingAsync(kind, accountId, jobId, posting, taskId, cancel);
    }

    internal async Task<Outcome<StoredDocument>> ForPostingAsync(DocumentKind kind, Guid accountId, Guid? jobId, PostingText posting, Guid? taskId, CancellationToken cancel)
    {
        if (taskId is not null && await db.Documents.AsNoTracking().SingleOrDefaultAsync(d => d.TaskId == taskId, cancel) is { } written) return written;
        var prepared = await PrepareAsync(kind, accountId, jobId, posting, taskId, cancel);
        if (!prepared.Ok) return prepared;
        return await db.InTransactionAsync<Outcome<StoredDocument>>(async token =>
        {
            if (taskId is not null && await db.Documents.AsNoTracking().SingleOrDefaultAsync(d => d.TaskId == taskId, token) is { } other) return other;
            Keep(prepared.Value);
            await db.SaveChangesAsync(token);
            return prepared;
        }, cancel);
    }

    /// <summary>Writes it without keeping it: this may ask a model, and so take long.</summary>
    internal async Task<Outcome<StoredDocument>> PrepareAsync(DocumentKind kind, Guid accountId, Guid? jobId, PostingText posting, Guid? taskId, CancellationToken cancel)
    {
        if (await db.Profiles.AsNoTracking().SingleOrDefaultAsync(p => p.AccountId == accountId, cancel) is not { } profile) return CareersProblems.ProfileNotFound;
        var facts = FactReader.Read(profile.Document);
        if (facts.Count == 0) return CareersProblems.ProfileEmpty;

        var now = clock.Now();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var recogniser = SkillRecogniser.Own;
        var book = new FactBook(facts, recogniser);
        var resumes = new ResumeComposer(recogniser, today);
        var analysis = CompatibilityAnalyser.Own.Analyse(new Candidate(facts, CandidateWishes.None, today, recogniser), posting);
        var tailor = new DocumentTailor(resumes, new LetterComposer(recogniser, today), new ClaimValidator(recogniser, today), models.FirstOrDefault(), accountId);
        var made = await tailor.TailorAsync(kind, book, posting, analysis, cancel);
        var before = kind == DocumentKind.Resume ? resumes.Base(book) : new CareerDocument(kind, []);
        return StoredDocument.Write(clock.NewId(), accountId, profile.Synthetic, jobId, taskId, posting, before, made, now);
    }

    /// <summary>Keeps a prepared document with the next save. Its audit stream is its own, so that tasks of one person do not meet at it.</summary>
    internal void Keep(StoredDocument document)
    {
        db.Documents.Add(document);
        db.AuditFirst(new AuditEntry($"document:{document.Id}", document.AccountId, "document.written", Detail: new { document.Kind, document.JobId, document.TaskId }));
    }

    internal static async Task<PostingText?> FindPostingAsync(IEnumerable<IPostingTexts> postings, Guid jobId, CancellationToken cancel)
    {
        foreach (var source in postings)
        {
            if (await source.FindAsync(jobId, cancel) is { } found) return found;
        }
        return null;
    }
}
