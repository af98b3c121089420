using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Time;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.Projects.Templates;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Demo;

/// <summary>The demo business's own site: the storefront template as its first agent has it, ready to be changed and published.</summary>
internal sealed class StorefrontDemo(StudioDb db, ProjectQuota quota, ProjectCommits commits, IOptions<StudioOptions> options, IConfiguration configuration, TimeProvider clock) : IDemoSeed
{
    public async Task SeedAsync(CancellationToken cancel)
    {
        var owner = DemoIds.Agent(1);
        if (await db.Projects.AnyAsync(p => p.AccountId == owner, cancel)) return;
        await quota.OpenAsync(owner, cancel);
        var now = clock.Now();
        var project = new Project { Id = clock.NewId(), AccountId = owner, Template = "storefront", CreatedAt = now, UpdatedAt = now, Version = 1 };
        project.Rename("Our shop's site");
        await db.InTransactionAsync(async token =>
        {
            if (!await quota.TakeAsync(db, owner, token)) return;
            db.Projects.Add(project);
            db.AuditFirst(new AuditEntry($"project:{project.Id}", null, "project.created", Detail: new { demo = true }));
            await db.SaveChangesAsync(token);
        }, cancel);
        var api = options.Value.PublicUrl ?? configuration["Urls"]?.Split(';')[0] ?? "http://127.0.0.1:5080";
        var files = TemplateShelf.Fill("storefront", new TemplateValues(project.Name, api.TrimEnd('/'), DemoIds.Business));
        var committed = await commits.CommitAsync(project.Id, new CommitBy(owner, "Demo", "Begin from the template storefront"), files.Value!, null, cancel);
        if (!committed.Ok) throw new InvalidDataException($"The demo site: {committed.Problem.Code}");
    }
}
