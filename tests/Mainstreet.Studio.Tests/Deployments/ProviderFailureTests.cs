using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Deployments;
using Mainstreet.Studio.Tests.Deployments.Doubles;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

/// <summary>Each provider fails in each of these ways; there is never a second project, never a second deployment, never a false success.</summary>
[Trait("kind", "db")]
public sealed class ProviderFailureTests(DeploymentBench bench) : IClassFixture<DeploymentBench>
{
    private static readonly string[] Targets = ["Vercel", "Netlify", "Railway"];

    /// <summary>What passes: after it the deployment goes on.</summary>
    public static TheoryData<Engine, string, string, FaultKind> Passing()
    {
        var rows = new TheoryData<Engine, string, string, FaultKind>();
        foreach (var target in Targets)
        {
            foreach (var (point, kind) in new[]
            {
                ("findHome", FaultKind.Drop), ("makeHome", FaultKind.Drop), ("makeHome", FaultKind.LoseAnswer), ("makeHome", FaultKind.Garbage), ("variables", FaultKind.LoseAnswer), ("upload", FaultKind.Drop),
                ("upload", FaultKind.LoseAnswer), ("upload", FaultKind.Status), ("find", FaultKind.Garbage), ("create", FaultKind.Drop), ("create", FaultKind.LoseAnswer), ("create", FaultKind.CutAnswer),
                ("create", FaultKind.Garbage), ("create", FaultKind.Status), ("status", FaultKind.Hang), ("status", FaultKind.Drop), ("status", FaultKind.Garbage), ("status", FaultKind.Status),
            })
            {
                if (target == "Railway" && point == "upload") continue;
                foreach (var engine in new[] { Engine.Sqlite, Engine.Postgres })
                    rows.Add(new TheoryDataRow<Engine, string, string, FaultKind>(engine, target, point, kind) { Skip = engine == Engine.Postgres ? TestDatabase.WhyNoPostgres : null });
            }
        }

        return rows;
    }

    [Theory, MemberData(nameof(Passing))]
    public async Task What_passes_leaves_one_project_and_one_deployment(Engine engine, string target, string point, FaultKind kind)
    {
        var publisher = await NewAsync(engine, target, hasty: kind == FaultKind.Hang);
        publisher.Variables["NAME"] = "value";
        publisher.Tenant.Faults.Add(new Fault(point, kind, Times: 2, Status: 503));

        var deployment = await publisher.DeployAsync();

        deployment.Status.ShouldBe(DeploymentStatus.Ready, $"{deployment.ErrorCode} {deployment.ErrorDetail}");
        // What was made although its answer was lost is found by the next try, which then does not make it again.
        if (kind is FaultKind.Drop or FaultKind.Status or FaultKind.Hang) publisher.Tenant.Faults[0].Left.ShouldBe(0);
        else publisher.Tenant.Faults[0].Left.ShouldBeLessThan(2);
        publisher.Tenant.Homes.Count.ShouldBe(1);
        publisher.Tenant.Deployments.Count.ShouldBe(1);
        publisher.Tenant.Violations.ShouldBeEmpty();
    }

    /// <summary>What does not pass: where, how, and the code that the deployment fails with.</summary>
    public static TheoryData<string, string, int, string, string> Lasting()
    {
        var rows = new TheoryData<string, string, int, string, string>();
        foreach (var target in Targets)
        {
            foreach (var (point, status, body, code) in new[]
            {
                ("findHome", 500, "", "provider_unavailable"), ("create", 502, "<html>", "provider_unavailable"), ("status", 503, "", "provider_unavailable"), ("status", 401, "", "provider_unavailable"),
                ("findHome", 401, """{"message":"Not Authorized"}""", "credentials_refused"), ("create", 403, """{"message":"Forbidden"}""", "credentials_refused"),
                ("create", 402, """{"message":"Payment needed"}""", "provider_refused"), ("create", 400, """{"message":"Bad request"}""", "provider_refused"), ("makeHome", 302, "", "provider_refused"),
                ("status", 404, """{"message":"Gone"}""", "provider_refused"),
            })
            {
                rows.Add(target, point, status, body, code);
            }
        }

        return rows;
    }

    [Theory, MemberData(nameof(Lasting))]
    public async Task What_lasts_ends_the_deployment_with_its_reason(string target, string point, int status, string body, string code)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        publisher.Tenant.Faults.Add(new Fault(point, FaultKind.Status, Times: 1000, status, body, status == 302 ? [("Location", "https://elsewhere.example/")] : null));

        var deployment = await publisher.DeployAsync();

        (deployment.Status, deployment.ErrorCode).ShouldBe((DeploymentStatus.Failed, code), deployment.ErrorDetail);
        deployment.ErrorDetail!.ShouldNotContain(publisher.Token);
        publisher.Tenant.Deployments.Count.ShouldBeLessThanOrEqualTo(1);
        publisher.Tenant.Homes.Count.ShouldBeLessThanOrEqualTo(1);
        // It does not knock for ever.
        publisher.Tenant.Calls.Count(c => c.Point == point && c.Status == status).ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task What_fails_is_counted_with_its_reason()
    {
        var publisher = await NewAsync(Engine.Sqlite, "Netlify");
        publisher.Tenant.Faults.Add(new Fault("create", FaultKind.Status, Times: 1000, 402, """{"message":"Payment needed"}"""));
        var counted = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "mainstreet.studio.deployment.failed") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
            if ((all["mainstreet.deployment.target"], all["error.type"]) is ("netlify", "provider_refused")) Interlocked.Add(ref counted, value);
        });
        listener.Start();

        (await publisher.DeployAsync()).Status.ShouldBe(DeploymentStatus.Failed);

        // Other classes deploy beside this one.
        Interlocked.Read(ref counted).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("Vercel", "X-RateLimit-Reset")]
    [InlineData("Vercel", "Retry-After")]
    [InlineData("Netlify", "X-RateLimit-Reset")]
    [InlineData("Netlify", "Retry-After")]
    [InlineData("Railway", "Retry-After")]
    public async Task Too_many_requests_wait_for_the_reset_and_go_on(string target, string header)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        var reset = DateTimeOffset.UtcNow.AddSeconds(1);
        var value = header == "Retry-After" ? "1" : target == "Netlify" ? reset.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture) : reset.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        publisher.Tenant.Faults.Add(new Fault("create", FaultKind.Status, Times: 5, 429, """{"error":{"code":"rate_limited","message":"slow down"},"message":"slow down"}""", [(header, value)]));

        var deployment = await publisher.DeployAsync();

        // More refusals than tries: those do not count.
        deployment.Status.ShouldBe(DeploymentStatus.Ready, deployment.ErrorDetail);
        publisher.Tenant.Deployments.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Each))]
    public async Task A_quota_that_is_used_up_for_a_day_ends_it(string target)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        publisher.Tenant.Faults.Add(new Fault("create", FaultKind.Status, Times: 1, 429, """{"error":{"code":"api-deployments-free-per-day","message":"100 a day"}}""", [("Retry-After", "86400")]));

        var deployment = await publisher.DeployAsync();

        (deployment.Status, deployment.ErrorCode).ShouldBe((DeploymentStatus.Failed, "provider_quota"), deployment.ErrorDetail);
    }

    [Theory]
    [InlineData("Vercel", "ERROR")]
    [InlineData("Netlify", "error")]
    [InlineData("Netlify", "rejected")]
    [InlineData("Railway", "FAILED")]
    [InlineData("Railway", "CRASHED")]
    public async Task A_build_that_fails_fails_the_deployment(string target, string state)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        publisher.Tenant.States = [target == "Netlify" ? "building" : "BUILDING", state];

        var deployment = await publisher.DeployAsync();

        (deployment.Status, deployment.ErrorCode, deployment.ProviderState).ShouldBe((DeploymentStatus.Failed, "provider_failed", state));
        publisher.Tenant.Violations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Vercel", "CANCELED")]
    [InlineData("Railway", "REMOVED")]
    [InlineData("Railway", "SKIPPED")]
    public async Task What_is_cancelled_at_the_provider_is_cancelled(string target, string state)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        publisher.Tenant.States = ["BUILDING", state];

        (await publisher.DeployAsync()).Status.ShouldBe(DeploymentStatus.Cancelled);
    }

    [Theory]
    [InlineData("Vercel", "BLOCKED", "READY")]
    [InlineData("Netlify", "pending_review", "ready")]
    [InlineData("Railway", "NEEDS_APPROVAL", "SUCCESS")]
    public async Task What_waits_for_somebody_says_so_and_goes_on(string target, string state, string after)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        publisher.Tenant.TellsOtherStates = state == "BLOCKED";
        publisher.Tenant.States = [state];
        var id = (await publisher.AskAsync()).Value!.Id;
        await publisher.UntilAsync(id, DeploymentStatus.NeedsAction);

        lock (publisher.Tenant.Gate) publisher.Tenant.Deployments.Single().End(after);

        (await publisher.EndAsync(id)).Status.ShouldBe(DeploymentStatus.Ready);
    }

    [Theory]
    [InlineData("Vercel", "SHINY")]
    [InlineData("Vercel", "ready")]
    [InlineData("Netlify", "published")]
    [InlineData("Netlify", "READY")]
    [InlineData("Railway", "DONE")]
    public async Task A_state_that_nobody_documents_is_never_success_and_ends(string target, string state)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        publisher.Tenant.TellsOtherStates = true;
        publisher.Tenant.States = [state];

        var deployment = await publisher.DeployAsync();

        (deployment.Status, deployment.ErrorCode, deployment.ProviderState).ShouldBe((DeploymentStatus.Failed, "provider_state_unknown", state));
    }

    [Theory, MemberData(nameof(Each))]
    public async Task A_build_without_end_is_given_up(string target)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(Engine.Sqlite);
        await using var host = await StudioHost.StartAsync(database, _ => { }, bench.SettingsOf(buildPatience: "00:00:02"));
        var publisher = await bench.NewAsync(host, Enum.Parse<DeployTarget>(target));
        publisher.Tenant.States = [target == "Netlify" ? "building" : "BUILDING"];

        var deployment = await publisher.DeployAsync();

        (deployment.Status, deployment.ErrorCode).ShouldBe((DeploymentStatus.Failed, "provider_timeout"));
    }

    [Theory, MemberData(nameof(Each))]
    public async Task A_project_that_somebody_removed_there_is_made_anew(string target)
    {
        var publisher = await NewAsync(Engine.Sqlite, target);
        await publisher.DeployAsync();
        publisher.Tenant.Homes.Clear();
        var gone = target == "Railway" ? new Fault("find", FaultKind.Status, 1, 200, """{"data":null,"errors":[{"message":"Project not found"}]}""") : new Fault("find", FaultKind.Status, 1, 404, """{"message":"Not Found"}""");
        publisher.Tenant.Faults.Add(gone);

        var second = await publisher.DeployAsync();

        second.Status.ShouldBe(DeploymentStatus.Ready, second.ErrorDetail);
        publisher.Tenant.Homes.Count.ShouldBe(1);
        publisher.Tenant.Count("makeHome").ShouldBe(2);
    }

    [Fact]
    public async Task Files_that_Vercel_forgot_are_sent_again()
    {
        var publisher = await NewAsync(Engine.Sqlite, "Vercel");
        await publisher.DeployAsync();
        publisher.Tenant.Contents.Clear();

        var second = await publisher.DeployAsync();

        second.Status.ShouldBe(DeploymentStatus.Ready, second.ErrorDetail);
        publisher.Tenant.Uploads.ShouldBe(8);
        publisher.Tenant.Deployments.Count.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Each))]
    public async Task A_cancellation_that_comes_too_late_is_a_success(string target)
    {
        var publisher = await NewAsync(Engine.Sqlite, target, hasty: true);
        publisher.Tenant.States = [target == "Netlify" ? "building" : "BUILDING"];
        var id = (await publisher.AskAsync()).Value!.Id;
        await publisher.UntilAsync(id, DeploymentStatus.Building);
        // Nothing is heard of its being ready until the cancellation has been refused.
        publisher.Tenant.Faults.Add(new Fault("status", FaultKind.Hang, 1));
        lock (publisher.Tenant.Gate) publisher.Tenant.Deployments.Single().End(target switch { "Vercel" => "READY", "Netlify" => "ready", _ => "SUCCESS" });

        await publisher.CancelAsync(id);

        (await publisher.EndAsync(id)).Status.ShouldBe(DeploymentStatus.Ready);
    }

    public static TheoryData<string> Each() => new(Targets);

    private Task<Publisher> NewAsync(Engine engine, string target, bool hasty = false) => bench.NewAsync(engine, Enum.Parse<DeployTarget>(target), hasty);
}
