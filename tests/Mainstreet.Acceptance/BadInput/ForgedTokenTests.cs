using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.BadInput;

[Trait("kind", "db"), Collection(AcceptanceApps.OneAfterTheOther)]
public sealed class ForgedTokenTests(AcceptanceApps apps)
{
    /// <summary>What nobody need sign in for; a receipt is signed instead, and a profile is there only when its person published it.</summary>
    private static readonly string[] Public =
    [
        "POST /v1/auth/register", "POST /v1/auth/login", "POST /v1/auth/refresh", "POST /v1/auth/logout", "POST /v1/providers/receipts/{provider}",
        "POST /v1/auth/login/2fa", "POST /v1/auth/login/2fa/sms", "POST /v1/auth/password/forgotten", "POST /v1/auth/password/reset",
        "GET /v1/products", "GET /v1/products/suggest", "GET /v1/products/{id:guid}", "GET /v1/products/{id:guid}/images/{imageId:guid}", "GET /v1/shops", "GET /v1/shops/{id:guid}", "GET /v1/tax-rates",
        "POST /v1/payments/razorpay/callback", "POST /v1/payments/razorpay/webhook",
        "POST /v1/carts", "GET /v1/carts/{id:guid}", "PUT /v1/carts/{id:guid}/items/{productId:guid}", "GET /v1/shop/session", "POST /v1/shop/mutations",
        "GET /v1/project-templates", "GET /v1/profiles/{slug}", "GET /v1/profiles/shared/{token}",
    ];

    [Theory, EachEngine]
    public async Task A_token_that_is_not_ours_is_401_everywhere(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var good = app.People.Owner.AccessToken;
        var parts = good.Split('.');
        var header = Decode(parts[0]);
        var payload = Decode(parts[1]);
        var expired = payload.DeepClone();
        foreach (var name in new[] { "iat", "nbf", "exp" }) expired[name] = expired[name]!.GetValue<long>() - 86_400;
        var elsewhere = payload.DeepClone();
        elsewhere["sub"] = app.Others.Owner.Id.ToString();
        var admin = payload.DeepClone();
        admin["roles"] = new JsonArray("admin");
        var tokens = new Dictionary<string, string>
        {
            ["alg none"] = $"{Encode(With(header, "alg", "none"))}.{parts[1]}.",
            ["alg NONE with the signature"] = $"{Encode(With(header, "alg", "NONE"))}.{parts[1]}.{parts[2]}",
            ["no signature"] = $"{parts[0]}.{parts[1]}.",
            ["two parts"] = $"{parts[0]}.{parts[1]}",
            ["truncated"] = good[..^5],
            ["another account"] = $"{parts[0]}.{Encode(elsewhere)}.{parts[2]}",
            ["more roles"] = $"{parts[0]}.{Encode(admin)}.{parts[2]}",
            ["expired, signed by another key"] = Sign(header, expired),
            ["another key under our key's id"] = Sign(header, payload),
            ["another key under no id"] = Sign(Without(header, "kid"), payload),
            ["a key's id with a path"] = Sign(With(header, "kid", "../../dev/null"), payload),
            ["a key's id with NUL"] = Sign(With(header, "kid", "\0"), payload),
            ["a key of the token's own"] = Sign(With(header, "jwk", "{}"), payload),
            ["RS256"] = Sign(With(header, "alg", "RS256"), payload),
            ["another type"] = Sign(With(header, "typ", "JWT"), payload),
            ["not a token"] = "abc",
            ["very long"] = new string('a', 7_000),
            ["dots"] = "..",
        };
        foreach (var (what, token) in tokens)
        {
            using var http = Person.ClientOf(app.App.Address);
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}").ShouldBeTrue();
            BadInputApp.Refused(await http.TryAsync(HttpMethod.Get, "/v1/auth/me"), what, 401);
            BadInputApp.Refused(await http.TryAsync(HttpMethod.Get, $"/v1/tickets/{app.TicketId}"), what, 401);
        }

        (await app.People.Owner.Http.TryAsync(HttpMethod.Get, "/v1/auth/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_is_401_once_it_has_expired_and_a_signed_out_one_at_once()
    {
        var app = await apps.OnAsync(Engine.Sqlite);
        using var anonymous = Person.ClientOf(app.App.Address);
        var user = await Person.RegisterAsync(app.App.Address);
        var session = (await anonymous.TryAsync(HttpMethod.Post, "/v1/auth/login", new { email = user.Email, password = TestUser.Password })).Json;
        using var http = Person.ClientOf(app.App.Address, session.GetProperty("accessToken").GetString());
        (await http.TryAsync(HttpMethod.Get, "/v1/auth/me")).Status.ShouldBe(200);
        (await http.TryAsync(HttpMethod.Post, "/v1/auth/logout", new { refreshToken = session.GetProperty("refreshToken").GetString() })).Status.ShouldBeOneOf(200, 204);
        BadInputApp.Refused(await http.TryAsync(HttpMethod.Get, "/v1/auth/me"), "signed out", 401);
        BadInputApp.Refused(await anonymous.TryAsync(HttpMethod.Post, "/v1/auth/refresh", new { refreshToken = session.GetProperty("refreshToken").GetString() }), "signed out", 401);
        BadInputApp.Refused(await anonymous.TryAsync(HttpMethod.Post, "/v1/auth/refresh", new { refreshToken = new string('x', 5_000) }), "no such token", 400, 401);
    }

    [Fact]
    public async Task Every_route_but_the_public_ones_asks_for_sign_in_and_has_a_name_and_a_summary()
    {
        var app = await apps.OnAsync(Engine.Sqlite);
        var routes = app.App.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).Concat(((IEndpointRouteBuilder)app.App.Host).DataSources.SelectMany(s => s.Endpoints))
            .OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText?.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal) == true).Distinct().ToList();
        routes.Count.ShouldBeGreaterThan(40);
        var wrong = new List<string>();
        var found = new HashSet<string>();
        foreach (var route in routes)
        {
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var pattern = "/" + route.RoutePattern.RawText!.TrimStart('/');
                var name = $"{method} {pattern}";
                if (route.Metadata.GetMetadata<IEndpointNameMetadata>() is null) wrong.Add($"{name} has no name");
                if (route.Metadata.GetMetadata<IEndpointSummaryMetadata>() is null) wrong.Add($"{name} has no summary");
                if (Public.Contains(name))
                {
                    found.Add(name);
                    continue;
                }

                if (route.Metadata.GetMetadata<IAllowAnonymous>() is not null) wrong.Add($"{name} lets anybody in");
                var path = System.Text.RegularExpressions.Regex.Replace(pattern.Replace("{number:int}", "1", StringComparison.Ordinal), @"\{[^}]*\}", Guid.CreateVersion7().ToString());
                using var http = Person.ClientOf(app.App.Address);
                // A media type that the route does not take is refused by routing, before anybody asks who is there.
                using var body = new StringContent("{}", Encoding.UTF8, route.Metadata.GetMetadata<IAcceptsMetadata>() is { ContentTypes: [var first, ..] } ? first : "application/json");
                var answer = await http.TryAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : body);
                if (answer.Status != 401 || answer.Code is null) wrong.Add($"{name} answers {answer.Status} {answer.Code} without credentials");
            }
        }

        wrong.ShouldBeEmpty(string.Join("\n", wrong));
        found.Order().ShouldBe(Public.Order());
    }

    private static JsonNode Decode(string part) => JsonNode.Parse(Convert.FromBase64String(part.Replace('-', '+').Replace('_', '/').PadRight((part.Length + 3) / 4 * 4, '=')))!;

    private static string Encode(JsonNode node) => Encode(JsonSerializer.SerializeToUtf8Bytes(node));

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static JsonNode With(JsonNode node, string name, string value)
    {
        var changed = node.DeepClone();
        changed[name] = value;
        return changed;
    }

    private static JsonNode Without(JsonNode node, string name)
    {
        var changed = node.DeepClone();
        changed.AsObject().Remove(name);
        return changed;
    }

    private static string Sign(JsonNode header, JsonNode payload)
    {
        var text = $"{Encode(header)}.{Encode(payload)}";
        return $"{text}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes("another key, as long as ours is, but another one: 64 bytes......"), Encoding.UTF8.GetBytes(text)))}";
    }
}
