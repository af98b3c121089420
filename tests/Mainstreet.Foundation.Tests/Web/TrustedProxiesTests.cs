using System.Net;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Web;

[Trait("kind", "db")]
public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData(null, false)]
    public async Task Behind_a_trusted_proxy_that_speaks_TLS_the_forms_cookie_is_Secure_and_from_others_the_header_is_no_proof(string? trusted, bool secure)
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Web:TrustedProxies:0"] = trusted });
        (await CookieAsync(app, "https")).Contains("; secure", StringComparison.OrdinalIgnoreCase).ShouldBe(secure);
        (await CookieAsync(app, "http")).ShouldNotContain("; secure", Case.Insensitive);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxy.example")]
    [InlineData("")]
    public void What_is_neither_an_address_nor_a_range_is_refused(string proxy) =>
        new WebOptions { TrustedProxies = ["10.0.0.7", proxy] }.Validate(null!).ShouldHaveSingleItem().MemberNames.ShouldBe([nameof(WebOptions.TrustedProxies)]);

    [Fact]
    public void Addresses_and_ranges_of_both_families_are_taken() =>
        new WebOptions { TrustedProxies = ["10.0.0.7", "10.42.0.0/16", "::1", "fd00::/8"] }.Validate(null!).ShouldBeEmpty();

    private static async Task<string> CookieAsync(TestApp app, string scheme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { { "X-Forwarded-Proto", scheme } } };
        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return answer.Headers.GetValues("Set-Cookie").Single(c => c.Contains("Antiforgery", StringComparison.OrdinalIgnoreCase));
    }
}
