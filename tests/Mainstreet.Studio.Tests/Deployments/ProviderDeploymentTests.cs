using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Deployments;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

/// <summary>What goes well, with each provider alike.</summary>
[Trait("kind", "db")]
public sealed class ProviderDeploymentTests(DeploymentBench bench) : IClassFixture<DeploymentBench>
{
    public static TheoryData<Engine, string> Everywhere()
    {
        var rows = new TheoryData<Engine, string>();
        foreach (var engine in new[] { Engine.Sqlite, Engine.Postgres })
        {
            foreach (var target in new[] { "Vercel", "Netlify", "Railway" })
            {
                rows.Add(new TheoryDataRow<Engine, string>(engine, target) { Skip = engine == Engine.Postgres ? TestDatabase.WhyNoPostgres : null });
            }
        }

        return rows;
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task A_project_is_published_with_its_variables(Engine engine, string target)
    {
        var publisher = await NewAsync(engine, target);
        publisher.Variables["API_KEY"] = "a-secret-value";

        var deployment = await publisher.DeployAsync();

        deployment.Status.ShouldBe(DeploymentStatus.Ready, deployment.ErrorDetail);
        deployment.Url!.ShouldStartWith("https://");
        var there = publisher.Tenant.Deployments.ShouldHaveSingleItem();
        there.Files.Count.ShouldBe(publisher.Files.Count);
        publisher.Tenant.Homes.Count.ShouldBe(1);
        publisher.Tenant.Variables["API_KEY"].ShouldBe("a-secret-value");
        publisher.Tenant.MostUploadsAtOnce.ShouldBeLessThanOrEqualTo(5);
        publisher.Tenant.Violations.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task The_second_deployment_goes_to_the_same_place(Engine engine, string target)
    {
        var publisher = await NewAsync(engine, target);
        await publisher.DeployAsync();
        publisher.Files["index.html"] = "<!doctype html><title>Again</title>";
        publisher.Variables["ADDED"] = "later";

        var second = await publisher.DeployAsync();

        second.Status.ShouldBe(DeploymentStatus.Ready, second.ErrorDetail);
        publisher.Tenant.Homes.Count.ShouldBe(1);
        publisher.Tenant.Count("makeHome").ShouldBe(1);
        publisher.Tenant.Deployments.Count.ShouldBe(2);
        publisher.Tenant.Deployments.Select(d => d.Home).Distinct().Count().ShouldBe(1);
        publisher.Tenant.Violations.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task An_earlier_deployment_is_published_again(Engine engine, string target)
    {
        var publisher = await NewAsync(engine, target);
        var first = await publisher.DeployAsync();
        publisher.Files["index.html"] = "<!doctype html><title>Worse</title>";
        await publisher.DeployAsync();
        var uploads = publisher.Tenant.Uploads;

        var back = await publisher.RollBackAsync(first.Id);

        back.Status.ShouldBe(DeploymentStatus.Ready, back.ErrorDetail);
        back.RollbackOf.ShouldBe(first.Id);
        publisher.Tenant.Published.ShouldBe(first.ReadRefs().Deployment);
        publisher.Tenant.Uploads.ShouldBe(uploads);
        publisher.Tenant.Violations.ShouldBeEmpty();
        // And that one, too, can be gone back to.
        (await publisher.RollBackAsync(back.Id)).Status.ShouldBe(DeploymentStatus.Ready);
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task A_deployment_is_cancelled_while_it_is_built(Engine engine, string target)
    {
        var publisher = await NewAsync(engine, target);
        publisher.Tenant.States = [target == "Netlify" ? "building" : "BUILDING"];
        var id = (await publisher.AskAsync()).Value!.Id;
        await publisher.UntilAsync(id, DeploymentStatus.Building);

        await publisher.CancelAsync(id);
        var ended = await publisher.EndAsync(id);

        ended.Status.ShouldBe(DeploymentStatus.Cancelled, ended.ErrorDetail);
        publisher.Tenant.Count("cancel").ShouldBe(1);
        publisher.Tenant.Violations.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task A_second_deployment_of_a_project_waits_its_turn(Engine engine, string target)
    {
        var publisher = await NewAsync(engine, target);
        publisher.Tenant.States = [target == "Netlify" ? "building" : "BUILDING"];
        var id = (await publisher.AskAsync()).Value!.Id;

        var together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => publisher.AskAsync()));

        together.ShouldAllBe(t => t.Problem != null && t.Problem.Code == "deployment_running" && (Guid)t.Problem.Facts!["deploymentId"]! == id);
        await publisher.CancelAsync(id);
        await publisher.EndAsync(id);
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task Of_many_at_once_one_is_taken(Engine engine, string target)
    {
        var publisher = await NewAsync(engine, target);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => publisher.AskAsync()));

        var taken = answers.Where(a => a.Ok).ToList();
        taken.Count.ShouldBeGreaterThanOrEqualTo(1);
        foreach (var each in taken) (await publisher.EndAsync(each.Value!.Id)).Status.ShouldBe(DeploymentStatus.Ready);
        publisher.Tenant.Deployments.Count.ShouldBe(taken.Count);
        answers.Where(a => !a.Ok).ShouldAllBe(a => a.Problem!.Code == "deployment_running");
    }

    [Theory]
    [InlineData("Vercel")]
    [InlineData("Netlify")]
    public async Task Of_three_hundred_files_with_one_changed_one_is_sent(string target)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        for (var i = 0; i < 296; i++) publisher.Files[$"pages/{i}.html"] = $"page {i}";
        var first = await publisher.DeployAsync();
        (first.Status, first.Uploaded).ShouldBe((DeploymentStatus.Ready, 300));
        publisher.Files["pages/7.html"] = "page seven";

        var second = await publisher.DeployAsync();

        (second.Status, second.Uploaded).ShouldBe((DeploymentStatus.Ready, 1));
        publisher.Tenant.Uploads.ShouldBe(301);
        publisher.Tenant.MostUploadsAtOnce.ShouldBeLessThanOrEqualTo(5);
        publisher.Tenant.Deployments[1].Files.Count.ShouldBe(300);
        publisher.Tenant.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_log_holds_what_the_provider_says_and_no_token()
    {
        var publisher = await NewAsync(Engine.Sqlite, "Railway");
        publisher.Variables["PASSWORD"] = "correct horse";
        var deployment = await publisher.DeployAsync();

        var log = await publisher.LogAsync(deployment.Id);

        log.Count(l => l.StartsWith("Building with the token", StringComparison.Ordinal)).ShouldBe(1);
        log.ShouldContain("Building with the token ***");
        log.ShouldAllBe(l => !l.Contains(publisher.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_and_variables_are_not_in_the_database_in_the_clear()
    {
        var host = await bench.OnAsync(Engine.Sqlite);
        var publisher = await NewAsync(Engine.Sqlite, "Vercel");
        publisher.Variables["PASSWORD"] = "correct horse battery";
        publisher.Tenant.States = ["BUILDING"];
        var id = (await publisher.AskAsync()).Value!.Id;
        await publisher.UntilAsync(id, DeploymentStatus.Building);

        var (secret, variables) = await StoredAsync();

        secret.ShouldNotContain(publisher.Token);
        variables.ShouldNotBeNull().ShouldNotContain("correct horse");
        await publisher.CancelAsync(id);
        await publisher.EndAsync(id);
        (await StoredAsync()).Variables.ShouldBeNull();

        Task<(string Secret, string? Variables)> StoredAsync() =>
            host.ReadAsync(async db => (db.DeploymentCredentials.Single(c => c.AccountId == publisher.Caller.Id).Secret, (await db.Deployments.FindAsync(id))!.Environment));
    }

    private Task<Publisher> NewAsync(Engine engine, string target) => bench.NewAsync(engine, Enum.Parse<DeployTarget>(target));
}
