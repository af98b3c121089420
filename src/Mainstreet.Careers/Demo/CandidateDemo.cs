using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Demo;

/// <summary>The demo street's candidate: its first tenant, with a full profile of our own invention, published at <c>/cv/maya-lindqvist</c>.</summary>
internal sealed class CandidateDemo(CareersDb db, TimeProvider clock) : IDemoSeed
{
    internal const string Slug = "maya-lindqvist";

    public async Task SeedAsync(CancellationToken cancel)
    {
        var id = DemoIds.Tenant(1);
        if (await db.Profiles.AnyAsync(p => p.AccountId == id || p.Slug == Slug, cancel)) return;
        using var reader = new StreamReader(typeof(CandidateDemo).Assembly.GetManifestResourceStream("Demo/candidate.json")!);
        var document = await reader.ReadToEndAsync(cancel);
        var now = clock.Now();
        db.Profiles.Add(new CandidateProfile
        {
            AccountId = id, Document = document, Slug = Slug, PublishedDocument = Documents.Public(document, showContact: false), PublishedAt = now,
            Masks = Masks.Write([new Mask("retail", "Shops", [], ["shop", "stock", "customers", "till"]), new Mask("office", "Offices", ["work", "education", "skills", "languages"], [])]),
            CreatedAt = now, UpdatedAt = now, Version = 1,
        });
        db.AuditFirst(new AuditEntry($"profile:{id}", null, "profile.imported", Detail: new { demo = true }));
        await db.SaveChangesAsync(cancel);
    }
}
