using Mainstreet.Foundation.Modules;
using Mainstreet.Studio.Demo;
using Mainstreet.Studio.Projects.Templates;
using Mainstreet.Studio.Proof;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.Projects;

internal static class ProjectServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.Services.AddSingleton<ProjectMetrics>();
        builder.Services.AddSingleton<TemplateShelf>();
        builder.Services.AddSingleton<ProjectQuota>();
        builder.Services.AddSingleton<ProjectCommits>();
        builder.Services.AddSingleton<IProjectFiles, StoredProjectFiles>();
        builder.Services.AddSingleton<IStudioRound, ProjectRound>();
        builder.AddProof<StudioProof>().AddSmokePath<StudioReads>().AddSmokePath<ProjectSmoke>().AddLoadMix<StudioLoad>().AddDemoSeed<StorefrontDemo>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        ListTemplates.Map(routes);
        ListProjects.Map(routes);
        CreateProject.Map(routes);
        ImportProject.Map(routes);
        ChangeProject.Map(routes);
        EditFile.Map(routes);
        CommitFiles.Map(routes);
        ReadHistory.Map(routes);
        RevertProject.Map(routes);
    }
}
