using System.Net;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.RateLimits;

[Trait("kind", "db")]
public sealed class RequestLimitTests
{
    [Theory, EachEngine]
    public async Task Strangers_are_slowed_down_and_accounts_are_not(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        for (var i = 0; i < 100; i++)
        {
            using var answer = await app.Http.GetAsync(i % 2 == 0 ? "/v1/project-templates" : "/v1/projects");
            answer.StatusCode.ShouldBe(i % 2 == 0 ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
            answer.Headers.GetValues("RateLimit-Limit").ShouldBe(["100"]);
            answer.Headers.GetValues("RateLimit-Remaining").ShouldBe([$"{99 - i}"]);
        }

        foreach (var path in new[] { "/v1/project-templates", "/v1/projects" })
        {
            using var refused = await app.Http.GetAsync(path);
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 900);
            refused.Headers.GetValues("RateLimit-Policy").ShouldBe(["100;w=900"]);
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }

        // The rest of the program, and whoever signed in, go on.
        (await app.Http.GetAsync("/v1/products")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var own = await user.Http.GetAsync("/v1/projects");
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
        own.Headers.GetValues("RateLimit-Limit").ShouldBe(["10000"]);
    }
}
