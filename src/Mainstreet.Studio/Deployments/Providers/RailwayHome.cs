using System.Text.Json;

using Mainstreet.Studio.Deployments.Credentials;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>Project, environment, service and domain at Railway: each found by its name, or made.</summary>
internal sealed class RailwayHome(RailwayApi api)
{
    private const string ServiceName = "web";

    /// <summary>A hundred a page; who has more projects than this many pages names the workspace or gives a project token.</summary>
    private const int MostPages = 20;

    private const string ProjectsQuery =
        "query Projects($workspaceId: String, $after: String) { projects(workspaceId: $workspaceId, first: 100, after: $after) { edges { node { id name } } pageInfo { hasNextPage endCursor } } }";

    private const string ProjectQuery =
        "query Project($id: String!) { project(id: $id) { id name environments { edges { node { id name } } } services { edges { node { id name } } } } }";

    private const string TokenQuery = "query Token { projectToken { projectId environmentId } }";
    private const string ProjectMutation = "mutation Project($input: ProjectCreateInput!) { projectCreate(input: $input) { id name } }";
    private const string ServiceMutation = "mutation Service($input: ServiceCreateInput!) { serviceCreate(input: $input) { id name } }";
    private const string DomainMutation = "mutation Domain($input: ServiceDomainCreateInput!) { serviceDomainCreate(input: $input) { id domain } }";

    private const string DomainsQuery =
        "query Domains($projectId: String!, $environmentId: String!, $serviceId: String!) { domains(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId) { serviceDomains { id domain } } }";

    internal async Task<StepResult> FindAsync(DeployWork work, CancellationToken cancel)
    {
        var refs = work.Refs;
        if (refs is { Project: not null, Environment: not null, Service: not null, Domain: not null }) return work.Then(DeployStep.Variables, DeploymentStatus.Queued);
        if (refs.Project is null && work.Credentials.Kind == TokenKind.Project)
        {
            // Such a token is of one environment and sees nothing else.
            var token = (await api.QueryAsync(work, TokenQuery, new { }, cancel)).Member("projectToken") ?? throw ProviderAnswer.Lacks("'projectToken'");
            refs = refs with { Project = token.NeededText("projectId"), Environment = token.NeededText("environmentId") };
        }

        // One thing a time, each saved before the next.
        if (refs.Project is null) return await ProjectAsync(work, cancel);
        if (refs.Environment is null || refs.Service is null) return await ServiceAsync(work, refs, cancel);
        return await DomainAsync(work, refs, cancel);
    }

    private async Task<StepResult> ProjectAsync(DeployWork work, CancellationToken cancel)
    {
        var workspace = work.Credentials.Team.Length > 0 ? work.Credentials.Team : null;
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var projects = (await api.QueryAsync(work, ProjectsQuery, new { workspaceId = workspace, after }, cancel)).Member("projects") ?? throw ProviderAnswer.Lacks("'projects'");
            if (Nodes(projects).FirstOrDefault(p => p.Text("name") == work.HomeName) is { ValueKind: JsonValueKind.Object } found)
                return Have(found).Saying($"Project {work.HomeName} found.");
            var info = projects.Member("pageInfo") ?? throw ProviderAnswer.Lacks("'pageInfo'");
            after = info.Text("endCursor");
            if (info.Member("hasNextPage") is not { ValueKind: JsonValueKind.True } || after is null) break;
        }

        var made = (await api.QueryAsync(work, ProjectMutation, new { input = new { name = work.HomeName, workspaceId = workspace } }, cancel)).Member("projectCreate");
        return Have(made ?? throw ProviderAnswer.Lacks("'projectCreate'")).Saying($"Project {work.HomeName} made.");

        StepResult Have(JsonElement project) => work.Then(DeployStep.Home, DeploymentStatus.Queued, work.Refs with { Project = project.NeededText("id") });
    }

    private async Task<StepResult> ServiceAsync(DeployWork work, ProviderRefs refs, CancellationToken cancel)
    {
        var project = (await api.QueryAsync(work, ProjectQuery, new { id = refs.Project }, cancel)).Member("project") ?? throw ProviderAnswer.Lacks("'project'");
        var environments = Nodes(project.Member("environments") ?? throw ProviderAnswer.Lacks("'environments'"));
        refs = refs with
        {
            Environment = refs.Environment ?? (environments.FirstOrDefault(e => e.Text("name") == "production") is { ValueKind: JsonValueKind.Object } production ? production
                : environments.Count > 0 ? environments[0] : throw ProviderAnswer.Lacks("an environment")).NeededText("id"),
        };
        var service = Nodes(project.Member("services") ?? throw ProviderAnswer.Lacks("'services'")).FirstOrDefault(s => s.Text("name") == ServiceName);
        if (service.ValueKind == JsonValueKind.Undefined)
        {
            var input = new { projectId = refs.Project, environmentId = refs.Environment, name = ServiceName };
            service = (await api.QueryAsync(work, ServiceMutation, new { input }, cancel)).Member("serviceCreate") ?? throw ProviderAnswer.Lacks("'serviceCreate'");
        }

        return work.Then(DeployStep.Home, DeploymentStatus.Queued, refs with { Service = service.NeededText("id") });
    }

    private async Task<StepResult> DomainAsync(DeployWork work, ProviderRefs refs, CancellationToken cancel)
    {
        var place = new { projectId = refs.Project, environmentId = refs.Environment, serviceId = refs.Service };
        var domains = (await api.QueryAsync(work, DomainsQuery, place, cancel)).Member("domains")?.Member("serviceDomains").NeededItems("'serviceDomains'") ?? [];
        var domain = domains.Count > 0 ? domains[0]
            : (await api.QueryAsync(work, DomainMutation, new { input = new { environmentId = refs.Environment, serviceId = refs.Service } }, cancel)).Member("serviceDomainCreate")
                ?? throw ProviderAnswer.Lacks("'serviceDomainCreate'");
        return work.Then(DeployStep.Variables, DeploymentStatus.Queued, refs with { Domain = domain.NeededText("domain") });
    }

    private static IReadOnlyList<JsonElement> Nodes(JsonElement connection) =>
        [.. connection.Member("edges").NeededItems("'edges'").Select(e => e.Member("node") ?? throw ProviderAnswer.Lacks("'node'"))];
}
