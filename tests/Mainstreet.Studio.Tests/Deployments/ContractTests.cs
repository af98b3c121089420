using System.Text;
using System.Text.Json.Nodes;

using Mainstreet.Studio.Deployments.Providers;
using Mainstreet.Studio.Tests.Deployments.Contracts;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

/// <summary>The check against the providers' documents finds what is wrong; and what they document is known here.</summary>
[Trait("kind", "unit")]
public sealed class ContractTests
{
    private const string Absent = "The providers' documents are not beside the sources (../shared/data/studio)";

    [Fact]
    public void A_selection_on_a_truth_value_breaks_Railways_schema()
    {
        var railway = Railway();
        railway.CheckRequest(Query("mutation Rollback($id: String!) { deploymentRollback(id: $id) { id status } }", new JsonObject { ["id"] = "d" })).ShouldHaveSingleItem().ShouldContain("no fields to select");
        railway.CheckRequest(Query("mutation Rollback($id: String!) { deploymentRollback(id: $id) }", new JsonObject { ["id"] = "d" })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("query D($id: String!) { deployment(id: $id) { id state } }", """{"id":"d"}""", "no field 'state'")]
    [InlineData("query D($id: String!) { deployment(id: $id) { id } }", "{}", "$id is null")]
    [InlineData("query D($id: Int!) { deployment(id: $id) { id } }", """{"id":1}""", "does not fit")]
    [InlineData("query D { deployment { id } }", "{}", "lacks its argument 'id'")]
    [InlineData("query D($id: String!) { deployment(id: $id) }", """{"id":"d"}""", "needs a selection")]
    [InlineData("query D($id: String!) { deployment(id: $id, first: 1) { id } }", """{"id":"d"}""", "no argument 'first'")]
    [InlineData("mutation S($input: ServiceCreateInput!) { serviceCreate(input: $input) { id } }", """{"input":{"name":"web"}}""", "$input.projectId is null")]
    [InlineData("mutation S($input: ServiceCreateInput!) { serviceCreate(input: $input) { id } }", """{"input":{"projectId":"p","title":"x"}}""", "no 'title'")]
    public void What_breaks_Railways_schema_is_found(string query, string variables, string finding) =>
        Railway().CheckRequest(Query(query, JsonNode.Parse(variables)!.AsObject())).ShouldContain(w => w.Contains(finding, StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"data":{"deployment":{"id":"d","status":"SHINY"}}}""", "SHINY")]
    [InlineData("""{"data":{"deployment":{"id":"d"}}}""", "lacks 'status'")]
    [InlineData("""{"data":{"deployment":{"id":"d","status":null}}}""", "is null")]
    [InlineData("""{"data":{"deployment":{"id":"d","status":"SUCCESS","url":"x"}}}""", "not asked for")]
    public void An_answer_that_breaks_Railways_schema_is_found(string answer, string finding) =>
        Railway().CheckAnswer(Query("query D($id: String!) { deployment(id: $id) { id status } }", new JsonObject { ["id"] = "d" }), 200, Encoding.UTF8.GetBytes(answer))
            .ShouldHaveSingleItem().ShouldContain(finding);

    [Theory]
    [InlineData("POST", "/v13/deployments", "", """{"project":"p"}""", "lacks 'name'")]
    [InlineData("POST", "/v13/deployments", "", """{"name":"n","projectId":"p"}""", "'projectId', which is not documented")]
    [InlineData("POST", "/v13/deployments", "", """{"name":"n","files":[{"path":"a","sha":"b"}]}""", "fits none")]
    [InlineData("POST", "/v13/deployments", "force=1", """{"name":"n"}""", "query 'force' is not documented")]
    [InlineData("POST", "/v13/deployments", "forceNew=yes", """{"name":"n"}""", "forceNew is 'yes'")]
    [InlineData("POST", "/v10/projects/p/env", "upsert=true", """[{"key":"a","value":"b","target":["production"]}]""", "fits none")]
    public void A_request_that_breaks_Vercels_document_is_found(string method, string path, string query, string body, string finding) =>
        Vercel().CheckRequest(Call(method, path, query, body)).ShouldContain(w => w.Contains(finding, StringComparison.Ordinal));

    [Fact]
    public void An_answer_that_breaks_Vercels_document_is_found()
    {
        var call = Call("GET", "/v13/deployments/d", "", "");
        var answer = Vercel().Sample("GET", "/v13/deployments/d", 200);
        Vercel().CheckAnswer(call, 200, Encoding.UTF8.GetBytes(answer.ToJsonString())).ShouldBeEmpty();
        answer["readyState"] = "SHINY";
        Vercel().CheckAnswer(call, 200, Encoding.UTF8.GetBytes(answer.ToJsonString())).ShouldNotBeEmpty();
        Vercel().CheckAnswer(call, 418, []).ShouldHaveSingleItem().ShouldContain("418 is not documented");
    }

    [Theory]
    [InlineData("POST", "/sites/s/deploys", "name=x", """{"files":{}}""", "query 'name' is not documented")]
    [InlineData("POST", "/sites/s/deploys", "", """{"digests":{}}""", "'digests', which is not documented")]
    [InlineData("POST", "/sites/s/deploys", "", """{"files":{},"draft":"no"}""", "draft is String, not boolean")]
    [InlineData("POST", "/sites/s/deploys", "", "", "the body is missing")]
    [InlineData("POST", "/accounts/a/env", "", """[{"key":"a","values":[{"value":"v","context":"everywhere"}]}]""", "not one of the documented values")]
    public void A_request_that_breaks_Netlifys_document_is_found(string method, string path, string query, string body, string finding) =>
        Netlify().CheckRequest(Call(method, path, query, body)).ShouldContain(w => w.Contains(finding, StringComparison.Ordinal));

    [Fact]
    public void An_answer_that_breaks_Netlifys_document_is_found()
    {
        Netlify().CheckAnswer(Call("GET", "/deploys/d", "", ""), 200, """{"id":1}"""u8.ToArray()).ShouldNotBeEmpty();
        Netlify().CheckAnswer(Call("GET", "/deploys/d", "", ""), 404, """{"code":404}"""u8.ToArray()).ShouldHaveSingleItem().ShouldContain("lacks 'message'");
    }

    [Fact]
    public void Every_state_that_a_provider_documents_is_known()
    {
        Assert.SkipWhen(ApiContract.Vercel is null || ApiContract.Netlify is null || GraphContract.Railway is null, Absent);
        var vercel = ApiContract.Vercel.Words("/v13/deployments", "post", "readyState");
        vercel.Count.ShouldBe(6);
        vercel.ShouldAllBe(s => ProviderStates.Vercel(s) != ProviderState.Unknown);
        var netlify = ApiContract.Netlify.QueryWords("/sites/{site_id}/deploys", "state");
        netlify.Count.ShouldBe(15);
        netlify.ShouldAllBe(s => ProviderStates.Netlify(s) != ProviderState.Unknown);
        var railway = GraphContract.Railway.Words("DeploymentStatus");
        railway.Count.ShouldBe(13);
        railway.ShouldAllBe(s => ProviderStates.Railway(s) != ProviderState.Unknown);
        // One word each means success, or two.
        vercel.Where(s => ProviderStates.Vercel(s) == ProviderState.Ready).ShouldBe(["READY"]);
        netlify.Where(s => ProviderStates.Netlify(s) == ProviderState.Ready).ShouldBe(["ready"]);
        railway.Where(s => ProviderStates.Railway(s) == ProviderState.Ready).ShouldBe(["SLEEPING", "SUCCESS"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Ready")]
    [InlineData("DEPLOYED")]
    [InlineData("success ")]
    [InlineData("完了")]
    public void A_state_that_nobody_documents_is_unknown(string state)
    {
        ProviderStates.Vercel(state).ShouldBe(ProviderState.Unknown);
        ProviderStates.Netlify(state).ShouldBe(ProviderState.Unknown);
        ProviderStates.Railway(state).ShouldBe(ProviderState.Unknown);
    }

    private static DoubleCall Query(string query, JsonObject variables) => Call("POST", "/graphql/v2", "", new JsonObject { ["query"] = query, ["variables"] = variables }.ToJsonString());

    private static DoubleCall Call(string method, string path, string query, string body) => new(
        method, path, query.Length == 0 ? new Dictionary<string, string>() : query.Split('&').ToDictionary(q => q.Split('=')[0], q => q.Split('=')[1]),
        body.Length > 0 ? "application/json" : null, Encoding.UTF8.GetBytes(body), new Dictionary<string, string>());

    private static ApiContract Vercel()
    {
        Assert.SkipWhen(ApiContract.Vercel is null, Absent);
        return ApiContract.Vercel!;
    }

    private static ApiContract Netlify()
    {
        Assert.SkipWhen(ApiContract.Netlify is null, Absent);
        return ApiContract.Netlify!;
    }

    private static GraphContract Railway()
    {
        Assert.SkipWhen(GraphContract.Railway is null, Absent);
        return GraphContract.Railway!;
    }
}
