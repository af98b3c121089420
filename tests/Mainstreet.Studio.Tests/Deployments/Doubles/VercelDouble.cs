using System.Text.Json.Nodes;

using Mainstreet.Studio.Tests.Deployments.Contracts;

namespace Mainstreet.Studio.Tests.Deployments.Doubles;

/// <summary>Vercel's API as far as deployments need it.</summary>
internal sealed class VercelDouble() : ProviderDouble(ApiContract.Vercel)
{
    protected override string BasePath => "";

    protected override string PointOf(DoubleCall call) => (call.Method, call.Path) switch
    {
        ("GET", "/v10/projects") => "findHome",
        ("POST", "/v11/projects") => "makeHome",
        ("POST", "/v2/files") => "upload",
        ("GET", "/v6/deployments") => "find",
        ("POST", "/v13/deployments") => "create",
        ("GET", var path) when path.StartsWith("/v13/deployments/", StringComparison.Ordinal) => "status",
        ("GET", var path) when path.StartsWith("/v9/projects/", StringComparison.Ordinal) => "published",
        ("GET", var path) when path.EndsWith("/events", StringComparison.Ordinal) => "log",
        ("PATCH", var path) when path.EndsWith("/cancel", StringComparison.Ordinal) => "cancel",
        ("POST", var path) when path.EndsWith("/env", StringComparison.Ordinal) => "variables",
        ("POST", var path) when path.Contains("/promote/", StringComparison.Ordinal) => "restore",
        _ => "other",
    };

    protected override JsonNode Error(int status, string message) => new JsonObject { ["error"] = new JsonObject { ["code"] = status == 403 ? "forbidden" : "bad_request", ["message"] = message } };

    protected override Reply Answer(Tenant tenant, DoubleCall call)
    {
        var parts = call.Path.Split('/');
        switch (PointOf(call))
        {
            case "findHome":
                var found = tenant.Homes.Where(h => h.Key.Contains(call.Query["search"], StringComparison.Ordinal))
                    .Select(h => (JsonNode)With(SampleItem("GET", "/v10/projects", 200, "projects"), ("id", h.Value), ("name", h.Key)));
                return Ok(With(Sample("GET", "/v10/projects", 200), ("projects", new JsonArray([.. found]))));
            case "makeHome":
                var name = (string)Body(call)["name"]!;
                if (tenant.Homes.ContainsKey(name)) return new Reply(409, Error(409, "There is such a project."));
                tenant.Homes[name] = tenant.NewId("prj_");
                return Ok(With(Sample("POST", "/v11/projects", 200), ("id", tenant.Homes[name]), ("name", name)));
            case "variables":
                foreach (var variable in JsonNode.Parse(call.Body)!.AsArray()) tenant.Variables[(string)variable!["key"]!] = (string)variable["value"]!;
                return new Reply(201, new JsonObject { ["created"] = new JsonArray(), ["failed"] = new JsonArray() });
            case "upload":
                var digest = Sha1(call.Body);
                if (call.Headers["x-vercel-digest"] != digest) return new Reply(400, Error(400, "Digest is not valid"));
                tenant.Contents.Add(digest);
                return Ok(new JsonObject { ["urls"] = new JsonArray() });
            case "find":
                return Ok(With(Sample("GET", "/v6/deployments", 200), ("deployments", new JsonArray([.. tenant.Deployments.Select(d => (JsonNode)With(
                    SampleItem("GET", "/v6/deployments", 200, "deployments"), ("uid", d.Id), ("meta", new JsonObject { ["mainstreetDeployment"] = d.Mark })))]))));
            case "create":
                return Create(tenant, Body(call));
            case "status":
                return tenant.Deployments.FirstOrDefault(d => d.Id == parts[3]) is { } asked ? Ok(Tell(asked, asked.Look(), "GET", $"/v13/deployments/{asked.Id}")) : new Reply(404, Error(404, "Deployment not found"));
            case "published":
                var project = With(Sample("GET", "/v9/projects/x", 200), ("id", parts[3]), ("name", "x"));
                if (tenant.Published is { } id) project["targets"] = new JsonObject { ["production"] = Target(id) };
                return Ok(project);
            case "log":
                return Ok(new JsonArray());
            case "cancel":
                var stopped = tenant.Deployments.Single(d => d.Id == parts[3]);
                if (stopped.States.Peek() is "READY" or "ERROR" or "CANCELED") return new Reply(400, Error(400, "It has ended."));
                stopped.End("CANCELED");
                return Ok(Tell(stopped, "CANCELED", "PATCH", call.Path));
            case "restore":
                tenant.Published = parts[5];
                return new Reply(201);
            default:
                return new Reply(404, Error(404, $"{call.Method} {call.Path} is not known here"));
        }
    }

    private static Reply Create(Tenant tenant, JsonObject body)
    {
        var files = body["files"]!.AsArray().ToDictionary(f => (string)f!["file"]!, f => (string)f!["sha"]!);
        if (files.Values.Except(tenant.Contents).ToList() is { Count: > 0 } missing)
            return new Reply(400, new JsonObject { ["error"] = new JsonObject { ["code"] = "missing_files", ["message"] = "Missing files", ["missing"] = new JsonArray([.. missing.Select(m => (JsonNode)m)]) } });
        var made = new DoubleDeployment
        {
            Id = tenant.NewId("dpl_"), Home = (string)body["project"]!, Mark = (string)body["meta"]!["mainstreetDeployment"]!, Files = files, States = Script(tenant, "QUEUED", "BUILDING", "READY"),
        };
        tenant.Deployments.Add(made);
        tenant.Published = made.Id;
        return Ok(Tell(made, "QUEUED", "POST", "/v13/deployments"));
    }

    private static JsonObject Tell(DoubleDeployment deployment, string state, string method, string path)
    {
        var told = With(Sample(method, path, 200), ("id", deployment.Id), ("readyState", state), ("status", state), ("url", $"{deployment.Id}.vercel.test"));
        if (state == "ERROR") told["errorMessage"] = "Command \"npm run build\" exited with 1";
        return told;
    }

    // With all that the document wants of a target.
    private static JsonObject Target(string id) => new()
    {
        ["id"] = id, ["createdAt"] = 1, ["createdIn"] = "x", ["creator"] = new JsonObject { ["email"] = "x", ["uid"] = "x", ["username"] = "x" }, ["deploymentHostname"] = "x", ["name"] = "x",
        ["plan"] = "hobby", ["private"] = false, ["readyState"] = "READY", ["type"] = "LAMBDAS", ["url"] = "x", ["userId"] = "x",
    };

    private static JsonObject Body(DoubleCall call) => JsonNode.Parse(call.Body)!.AsObject();

    private static Reply Ok(JsonNode body) => new(200, body);

    private static JsonObject Sample(string method, string path, int status) => ApiContract.Vercel?.Sample(method, path, status) ?? [];

    private static JsonObject SampleItem(string method, string path, int status, string list) => ApiContract.Vercel?.SampleItem(method, path, status, list) ?? [];

    private static JsonObject With(JsonObject sample, params (string Name, JsonNode? Value)[] members)
    {
        foreach (var (name, value) in members) sample[name] = value;
        return sample;
    }
}
