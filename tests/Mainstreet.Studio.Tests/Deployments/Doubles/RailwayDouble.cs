using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

using Mainstreet.Studio.Tests.Deployments.Contracts;

namespace Mainstreet.Studio.Tests.Deployments.Doubles;

/// <summary>Railway's GraphQL as far as deployments need it, and the upload beside it, which no public document describes.</summary>
internal sealed class RailwayDouble() : ProviderDouble(GraphContract.Railway)
{
    protected override string BasePath => "";

    protected override string PointOf(DoubleCall call)
    {
        if (call.Path.EndsWith("/up", StringComparison.Ordinal)) return "create";
        return (string)JsonNode.Parse(call.Body)!["query"]! is var query && GraphOperation.Parse(query).Fields[0].Name is var field ? field switch
        {
            "projects" or "projectToken" => "findHome",
            "projectCreate" => "makeHome",
            "project" or "domains" => "findHome",
            "serviceCreate" => "makeService",
            "serviceDomainCreate" => "makeDomain",
            "variableCollectionUpsert" => "variables",
            "deployments" => "find",
            "deployment" => "status",
            "buildLogs" => "log",
            "deploymentCancel" => "cancel",
            "deploymentRollback" => "restore",
            _ => "other",
        } : "other";
    }

    protected override JsonNode Error(int status, string message) => new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = message }), ["data"] = null };

    protected override Reply Answer(Tenant tenant, DoubleCall call)
    {
        if (call.Path.EndsWith("/up", StringComparison.Ordinal)) return Upload(tenant, call);
        var body = JsonNode.Parse(call.Body)!;
        var variables = body["variables"]!.AsObject();
        var input = variables["input"];
        switch (GraphOperation.Parse((string)body["query"]!).Fields[0].Name)
        {
            case "projects":
                return Data("projects", new JsonObject
                {
                    ["edges"] = Edges(tenant.Homes.Select(h => new JsonObject { ["id"] = h.Value, ["name"] = h.Key })),
                    ["pageInfo"] = new JsonObject { ["hasNextPage"] = false, ["endCursor"] = null },
                });
            case "projectToken":
                return Data("projectToken", new JsonObject { ["projectId"] = "project-of-token", ["environmentId"] = "environment-of-token" });
            case "projectCreate":
                var name = (string)input!["name"]!;
                tenant.Homes[name] = tenant.NewId("project-");
                return Data("projectCreate", new JsonObject { ["id"] = tenant.Homes[name], ["name"] = name });
            case "project":
                return Data("project", new JsonObject
                {
                    ["id"] = (string)variables["id"]!, ["name"] = "x", ["environments"] = new JsonObject { ["edges"] = Edges([new JsonObject { ["id"] = "environment-1", ["name"] = "production" }]) },
                    ["services"] = new JsonObject { ["edges"] = Edges(tenant.Contents.Select(s => new JsonObject { ["id"] = s, ["name"] = "web" })) },
                });
            case "serviceCreate":
                var service = tenant.NewId("service-");
                tenant.Contents.Add(service);
                return Data("serviceCreate", new JsonObject { ["id"] = service, ["name"] = (string)input!["name"]! });
            case "domains":
                return Data("domains", new JsonObject
                {
                    ["serviceDomains"] = new JsonArray([.. tenant.Variables.Keys.Where(k => k.StartsWith("domain:", StringComparison.Ordinal)).Select(k => (JsonNode)new JsonObject { ["id"] = "d", ["domain"] = k[7..] })]),
                });
            case "serviceDomainCreate":
                tenant.Variables["domain:web.railway.test"] = "";
                return Data("serviceDomainCreate", new JsonObject { ["id"] = "d", ["domain"] = "web.railway.test" });
            case "variableCollectionUpsert":
                foreach (var (key, value) in input!["variables"]!.AsObject()) tenant.Variables[key] = (string)value!;
                return Data("variableCollectionUpsert", (bool?)input["skipDeploys"] == true);
            case "deployments":
                return Data("deployments", new JsonObject
                {
                    ["edges"] = Edges(tenant.Deployments.Select(d => new JsonObject { ["id"] = d.Id, ["createdAt"] = d.At.ToString("O") })),
                });
            case "deployment":
                return tenant.Deployments.FirstOrDefault(d => d.Id == (string)variables["id"]!) is { } asked ? Data("deployment", new JsonObject
                {
                    ["id"] = asked.Id, ["status"] = asked.Look(), ["url"] = null, ["staticUrl"] = "static.railway.test", ["canRollback"] = asked.States.Peek() == "SUCCESS",
                }) : new Reply(200, Error(200, "Deployment not found"));
            case "buildLogs":
                return Data("buildLogs", new JsonArray(new JsonObject { ["timestamp"] = "2026-11-22T10:00:00.000Z", ["message"] = "Building with the token " + tenant.Token, ["severity"] = "info" }));
            case "deploymentCancel":
                var stopped = tenant.Deployments.Single(d => d.Id == (string)variables["id"]!);
                if (stopped.States.Peek() is "SUCCESS" or "FAILED") return new Reply(200, Error(200, "The deployment cannot be cancelled."));
                stopped.End("REMOVED");
                return Data("deploymentCancel", true);
            case "deploymentRollback":
                Make(tenant, "SUCCESS");
                tenant.Published = (string)variables["id"]!;
                return Data("deploymentRollback", true);
            case "serviceInstance":
                return Data("serviceInstance", new JsonObject { ["activeDeployments"] = new JsonArray() });
            case var field:
                return new Reply(200, Error(200, $"{field} is not known here"));
        }
    }

    private static Reply Upload(Tenant tenant, DoubleCall call)
    {
        if (call.ContentType != "application/gzip") return new Reply(400, new JsonObject { ["message"] = "not an archive" });
        var files = new Dictionary<string, string>();
        using var tar = new TarReader(new GZipStream(new MemoryStream(call.Body), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.UTF8);
            files[entry.Name] = text.ReadToEnd();
        }

        var made = Make(tenant, "INITIALIZING", "BUILDING", "DEPLOYING", "SUCCESS");
        foreach (var (path, text) in files) made.Files[path] = text;
        tenant.Published = made.Id;
        return new Reply(200, new JsonObject { ["deploymentId"] = made.Id, ["url"] = "https://railway.test", ["logsUrl"] = "https://railway.test/logs", ["deploymentDomain"] = "web.railway.test" });
    }

    private static DoubleDeployment Make(Tenant tenant, params string[] usual)
    {
        var made = new DoubleDeployment { Id = tenant.NewId("deployment-"), Home = tenant.Homes.Values.FirstOrDefault() ?? "project-of-token", States = Script(tenant, usual) };
        tenant.Deployments.Add(made);
        return made;
    }

    private static JsonArray Edges(IEnumerable<JsonObject> nodes) => new([.. nodes.Select(n => (JsonNode)new JsonObject { ["node"] = n })]);

    private static Reply Data(string field, JsonNode? value) => new(200, new JsonObject { ["data"] = new JsonObject { [field] = value } });
}
