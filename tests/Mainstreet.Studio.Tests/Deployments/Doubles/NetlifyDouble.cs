using System.Text.Json.Nodes;

using Mainstreet.Studio.Tests.Deployments.Contracts;

namespace Mainstreet.Studio.Tests.Deployments.Doubles;

/// <summary>Netlify's API as far as deployments need it.</summary>
internal sealed class NetlifyDouble() : ProviderDouble(ApiContract.Netlify)
{
    protected override string BasePath => "/api/v1";

    protected override string PointOf(DoubleCall call) => (call.Method, call.Path.Split('/')) switch
    {
        ("GET", ["", "sites"] or ["", _, "sites"]) => "findHome",
        ("POST", ["", "sites"] or ["", _, "sites"]) => "makeHome",
        ("GET", ["", "accounts", _, "env"]) => "findVariables",
        (_, ["", "accounts", _, "env", ..]) => "variables",
        ("GET", ["", "sites", _, "deploys"]) => "find",
        ("POST", ["", "sites", _, "deploys"]) => "create",
        ("PUT", ["", "deploys", _, "files", ..]) => "upload",
        ("GET", ["", "deploys", _]) => "status",
        ("POST", ["", "deploys", _, "cancel"]) => "cancel",
        ("POST", ["", "sites", _, "deploys", _, "restore"]) => "restore",
        _ => "other",
    };

    protected override JsonNode Error(int status, string message) => new JsonObject { ["code"] = status, ["message"] = message };

    protected override Reply Answer(Tenant tenant, DoubleCall call)
    {
        var parts = call.Path.Split('/');
        switch (PointOf(call))
        {
            case "findHome":
                return Ok(new JsonArray([.. tenant.Homes.Where(h => h.Key.Contains(call.Query["name"], StringComparison.Ordinal)).Select(h => (JsonNode)Site(h.Value, h.Key))]));
            case "makeHome":
                var name = (string)JsonNode.Parse(call.Body)!["name"]!;
                if (tenant.Homes.ContainsKey(name)) return new Reply(422, Error(422, "The name is taken."));
                return new Reply(201, Site(tenant.Homes[name] = tenant.NewId("site-"), name));
            case "findVariables":
                return Ok(new JsonArray([.. tenant.Variables.Select(v => (JsonNode)Variable(v.Key))]));
            case "variables":
                return Variables(tenant, call, parts);
            case "find":
                return Ok(new JsonArray([.. Enumerable.Reverse(tenant.Deployments).Select(d => (JsonNode)Tell(d, d.States.Peek()))]));
            case "create":
                return Create(tenant, call, parts[2]);
            case "upload":
                var deploy = tenant.Deployments.Single(d => d.Id == parts[2]);
                var path = "/" + string.Join('/', parts[4..].Select(Uri.UnescapeDataString));
                var digest = Sha1(call.Body);
                if (deploy.Files.GetValueOrDefault(path) != digest) return new Reply(422, Error(422, $"{path} is not the file that was announced"));
                deploy.Required.Remove(digest);
                tenant.Contents.Add(digest);
                return Ok(new JsonObject { ["id"] = path, ["path"] = path, ["sha"] = digest });
            case "status":
                return tenant.Deployments.FirstOrDefault(d => d.Id == parts[2]) is { } asked ? Ok(Tell(asked, asked.Required.Count > 0 ? "uploading" : asked.Look())) : new Reply(404, Error(404, "Not Found"));
            case "cancel":
                var stopped = tenant.Deployments.Single(d => d.Id == parts[2]);
                if (stopped.States.Peek() is "ready" or "error") return new Reply(422, Error(422, "The deploy has ended."));
                stopped.Required.Clear();
                stopped.End("error");
                return new Reply(201, Tell(stopped, "error"));
            case "restore":
                tenant.Published = parts[4];
                return new Reply(201, Tell(tenant.Deployments.Single(d => d.Id == parts[4]), "ready"));
            default:
                return new Reply(404, Error(404, $"{call.Method} {call.Path} is not known here"));
        }
    }

    private Reply Variables(Tenant tenant, DoubleCall call, string[] parts)
    {
        var body = JsonNode.Parse(call.Body)!;
        if (call.Method == "PUT")
        {
            if (!tenant.Variables.ContainsKey(parts[4])) return new Reply(404, Error(404, "There is no such variable."));
            tenant.Variables[parts[4]] = (string)body["values"]![0]!["value"]!;
            return Ok(Variable(parts[4]));
        }

        if (body.AsArray().Any(v => tenant.Variables.ContainsKey((string)v!["key"]!))) return new Reply(422, Error(422, "There is such a variable already."));
        foreach (var variable in body.AsArray()) tenant.Variables[(string)variable!["key"]!] = (string)variable["values"]![0]!["value"]!;
        return new Reply(201, new JsonArray([.. body.AsArray().Select(v => (JsonNode)Variable((string)v!["key"]!))]));
    }

    private static Reply Create(Tenant tenant, DoubleCall call, string site)
    {
        var files = JsonNode.Parse(call.Body)!["files"]!.AsObject().ToDictionary(f => f.Key, f => (string)f.Value!);
        var made = new DoubleDeployment
        {
            Id = tenant.NewId("deploy-"), Home = site, Mark = call.Query["title"], Files = files, Required = [.. files.Values.Except(tenant.Contents)], States = Script(tenant, "uploaded", "processing", "ready"),
        };
        tenant.Deployments.Add(made);
        tenant.Published = made.Id;
        return Ok(Tell(made, made.Required.Count > 0 ? "uploading" : made.States.Peek()));
    }

    private static JsonObject Tell(DoubleDeployment deployment, string state)
    {
        var told = new JsonObject
        {
            ["id"] = deployment.Id, ["site_id"] = deployment.Home, ["state"] = state, ["title"] = deployment.Mark, ["required"] = new JsonArray([.. deployment.Required.Select(r => (JsonNode)r)]),
            ["ssl_url"] = "https://site.netlify.test", ["created_at"] = deployment.At.ToString("O"),
        };
        if (state == "error") told["error_message"] = "Build script returned non-zero exit code: 2";
        return told;
    }

    private static JsonObject Site(string id, string name) => new() { ["id"] = id, ["name"] = name, ["account_id"] = "account-1", ["ssl_url"] = $"https://{name}.netlify.test" };

    private static JsonObject Variable(string key) => new() { ["key"] = key, ["is_secret"] = false };

    private static Reply Ok(JsonNode body) => new(200, body);
}
