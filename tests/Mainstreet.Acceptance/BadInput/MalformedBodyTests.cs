using System.Net.Http.Headers;
using System.Text;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.BadInput;

[Trait("kind", "db"), Collection(AcceptanceApps.OneAfterTheOther)]
public sealed class MalformedBodyTests(AcceptanceApps apps)
{
    private const string Where = "\"location\":{\"lat\":40.7,\"lon\":-74.0}";

    private static readonly string[] BadReports =
    [
        "", "{", "[]", "null", "\"x\"", "{\"title\":\"a\"}", "{\"title\":\"a\",}", "{'title':'a'}", "{\"title\":\"a\"} trailing",
        "{\"title\":5,\"description\":\"b\"," + Where + "}",
        "{\"title\":null,\"description\":\"b\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\"}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":null}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":{\"lat\":40.7}}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":{\"lat\":\"40.7\",\"lon\":-74}}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":{\"lat\":NaN,\"lon\":-74}}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":{\"lat\":\"NaN\",\"lon\":-74}}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":{\"lat\":1e400,\"lon\":-74}}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":{\"lat\":91,\"lon\":-74}}",
        "{\"title\":\"a\",\"description\":\"b\",\"location\":{\"lat\":40,\"lon\":-180.1}}",
        "{\"title\":\"a\\u0000b\",\"description\":\"b\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\\u0000\"," + Where + "}",
        "{\"title\":\"a\\ud800\",\"description\":\"b\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"\\udc00b\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\",\"address\":\"\\u0000\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\",\"priority\":\"apocalyptic\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\",\"priority\":3," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\",\"priority\":\"1\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\",\"propertyId\":\"not-an-id\"," + Where + "}",
        "{\"title\":\"\",\"description\":\"b\"," + Where + "}",
        "{\"title\":\"   \",\"description\":\"b\"," + Where + "}",
        "{\"title\":\"" + new string('t', 5_000) + "\",\"description\":\"b\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"" + new string('d', 200_000) + "\"," + Where + "}",
        "{\"title\":\"a\",\"description\":\"b\"," + Where + ",\"x\":" + new string('[', 5_000) + new string(']', 5_000) + "}",
        new string('[', 100_000),
    ];

    [Theory, EachEngine]
    public async Task A_malformed_report_is_refused_and_nothing_is_stored(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var before = await app.StoredAsync();
        foreach (var text in BadReports)
        {
            var body = text.Contains(Where, StringComparison.Ordinal) ? text[..^1] + $",\"businessId\":\"{app.People.BusinessId}\"}}" : text;
            if (text.EndsWith(']') || text.StartsWith("[[", StringComparison.Ordinal)) body = text;
            var answer = await app.People.Tenant.Http.TryAsync(HttpMethod.Post, "/v1/tickets", Json(body));
            BadInputApp.Refused(answer, text.Length > 200 ? text[..200] : text, 400);
        }

        using var raw = new ByteArrayContent([.. "{\"title\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        raw.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        BadInputApp.Refused(await app.People.Tenant.Http.TryAsync(HttpMethod.Post, "/v1/tickets", raw), "bytes that are no UTF-8", 400);
        (await app.StoredAsync()).ShouldBe(before);
    }

    [Theory, EachEngine]
    public async Task Wrong_values_are_refused_on_every_act(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (owner, worker) = (app.People.Owner.Http, app.People.Contractors[0].User.Http);
        var ticket = $"/v1/tickets/{app.TicketId}";
        var before = await app.StoredAsync();
        (HttpClient Who, HttpMethod Method, string Path, string Body)[] wrong =
        [
            (owner, HttpMethod.Post, $"{ticket}/triage", "{\"category\":\"wizardry\"}"),
            (owner, HttpMethod.Post, $"{ticket}/triage", "{}"),
            (owner, HttpMethod.Post, $"{ticket}/triage", "{\"category\":\"plumbing\",\"estimate\":{\"min\":{\"amount\":-5,\"currency\":\"USD\"},\"max\":{\"amount\":5,\"currency\":\"USD\"}}}"),
            (owner, HttpMethod.Post, $"{ticket}/triage", "{\"category\":\"plumbing\",\"note\":\"\\u0000\"}"),
            (owner, HttpMethod.Post, $"{ticket}/offers", "{\"waveSize\":0}"),
            (owner, HttpMethod.Post, $"{ticket}/offers", "{\"waveSize\":2147483648}"),
            (owner, HttpMethod.Post, $"{ticket}/offers", "{\"expiresInSeconds\":-1}"),
            (owner, HttpMethod.Post, $"{ticket}/offers", "{\"radiusMeters\":1e308}"),
            (owner, HttpMethod.Post, $"{ticket}/offers", "{\"contractorIds\":[\"x\"]}"),
            (owner, HttpMethod.Post, $"{ticket}/cancel", "{}"),
            (owner, HttpMethod.Post, $"{ticket}/cancel", "{\"reason\":\"\\u0000\"}"),
            (owner, HttpMethod.Post, $"{ticket}/reassign", "{\"contractorId\":7}"),
            (app.People.Tenant.Http, HttpMethod.Post, $"{ticket}/rating", "{\"stars\":6}"),
            (app.People.Tenant.Http, HttpMethod.Post, $"{ticket}/rating", "{\"stars\":4.5}"),
            (app.People.Tenant.Http, HttpMethod.Post, $"{ticket}/rating", "{}"),
            (worker, HttpMethod.Post, $"{ticket}/decline", "{\"reason\":\"\\ud800\"}"),
            (worker, HttpMethod.Post, $"{ticket}/complete", "{\"price\":{\"amount\":99999999999999999999,\"currency\":\"USD\"},\"note\":\"x\"}"),
            (worker, HttpMethod.Post, $"{ticket}/release", "{}"),
            (worker, HttpMethod.Put, "/v1/contractors/me", "{\"displayName\":\"a\\u0000\",\"trades\":[\"plumbing\"],\"base\":{\"lat\":1,\"lon\":1}}"),
            (worker, HttpMethod.Put, "/v1/contractors/me", "{\"displayName\":\"a\",\"trades\":[\"magic\"],\"base\":{\"lat\":1,\"lon\":1}}"),
            (worker, HttpMethod.Put, "/v1/contractors/me", "{\"displayName\":\"a\",\"trades\":[],\"base\":{\"lat\":1,\"lon\":1}}"),
            (worker, HttpMethod.Put, "/v1/contractors/me", "{\"displayName\":\"a\",\"trades\":[\"plumbing\"],\"base\":{\"lat\":1,\"lon\":1},\"timeZone\":\"Mars/Olympus\"}"),
            (worker, HttpMethod.Put, "/v1/contractors/me", "{\"displayName\":\"a\",\"trades\":[\"plumbing\"],\"base\":{\"lat\":1,\"lon\":1},\"workingHours\":\"always\"}"),
            (worker, HttpMethod.Put, "/v1/contractors/me", "{\"displayName\":\"a\",\"trades\":[\"plumbing\"],\"base\":{\"lat\":1,\"lon\":1},\"workingHours\":{\"mon\":[[9]]}}"),
            (worker, HttpMethod.Post, "/v1/contractors/me/position", "{\"lat\":-90.01,\"lon\":0}"),
            (owner, HttpMethod.Post, "/v1/matching/search", "{\"location\":{\"lat\":0,\"lon\":0},\"category\":\"plumbing\",\"limit\":1000000000}"),
            (owner, HttpMethod.Post, "/v1/matching/search", "{\"location\":{\"lat\":0,\"lon\":0},\"category\":\"plumbing\",\"radiusMeters\":-1}"),
            (owner, HttpMethod.Post, "/v1/properties", "{\"name\":\"\\u0000\",\"address\":\"b\",\"location\":{\"lat\":0,\"lon\":0}}"),
            (owner, HttpMethod.Post, "/v1/properties", "{\"name\":\"a\",\"address\":\"b\",\"location\":{}}"),
            (owner, HttpMethod.Post, "/v1/properties", "{\"name\":\"a\",\"address\":\"b\",\"location\":{\"lat\":0,\"lon\":0},\"unit\":\"\\u0000\"}"),
            (owner, HttpMethod.Put, $"/v1/territories/{Guid.CreateVersion7()}", "{\"name\":\"a\",\"area\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1]]]},\"agents\":[]}"),
            (owner, HttpMethod.Put, $"/v1/territories/{Guid.CreateVersion7()}", "{\"name\":\"a\",\"area\":{\"type\":\"Polygon\",\"coordinates\":\"x\"},\"agents\":[]}"),
            (owner, HttpMethod.Put, $"/v1/territories/{Guid.CreateVersion7()}", "{\"name\":\"a\",\"area\":null,\"agents\":[]}"),
            (owner, HttpMethod.Put, $"/v1/territories/{Guid.CreateVersion7()}", "{\"name\":\"a\",\"agents\":[]}"),
            (owner, HttpMethod.Put, $"/v1/territories/{Guid.CreateVersion7()}", "{\"name\":\"a\",\"area\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]},\"agents\":[null]}"),
            (owner, HttpMethod.Post, "/v1/businesses", "{\"name\":\"\\u0000\"}"),
            (owner, HttpMethod.Post, "/v1/businesses", "{}"),
            (owner, HttpMethod.Post, $"/v1/businesses/{app.People.BusinessId}/members", "{\"email\":\"nobody\",\"role\":\"agent\"}"),
            (owner, HttpMethod.Post, $"/v1/businesses/{app.People.BusinessId}/members", "{\"email\":\"a@example.test\",\"role\":\"emperor\"}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/register", "{\"email\":\"a\\u0000@example.test\",\"password\":\"Test-password-1\",\"displayName\":\"a\",\"role\":\"customer\"}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/register", "{\"email\":\"b@example.test\",\"password\":\"Test-password-1\",\"displayName\":\"\\ud800\",\"role\":\"customer\"}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/register", "{\"email\":\"c@example.test\",\"password\":\"Test-password-1\",\"displayName\":\"a\",\"role\":\"admin\"}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/register", "{\"email\":\"no-at\",\"password\":\"Test-password-1\",\"displayName\":\"a\",\"role\":\"customer\"}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/register", "{\"email\":\"d@example.test\",\"password\":\"short\",\"displayName\":\"a\",\"role\":\"customer\"}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/login", "{\"email\":\"x\"}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/refresh", "{\"refreshToken\":null}"),
            (app.App.Http, HttpMethod.Post, "/v1/auth/refresh", "{\"refreshToken\":5}"),
        ];
        var failures = new List<string>();
        foreach (var (who, method, path, body) in wrong)
        {
            var answer = await who.TryAsync(method, path, Json(body));
            try
            {
                BadInputApp.Refused(answer, $"{method} {path} {body}", 400, 422);
            }
            catch (ShouldAssertException refused)
            {
                failures.Add($"{method} {path} {body} -> {answer.Status} {answer.Body} ({refused.Message.Split('\n')[0]})");
            }
        }

        failures.ShouldBeEmpty(string.Join("\n", failures));
        (await app.StoredAsync()).ShouldBe(before);
    }

    [Theory, EachEngine]
    public async Task Too_large_a_body_is_413_and_a_wrong_media_type_415(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var before = await app.StoredAsync();
        var huge = "{\"title\":\"" + new string('x', 1_100_000) + "\"}";
        BadInputApp.Refused(await app.People.Tenant.Http.TryAsync(HttpMethod.Post, "/v1/tickets", Json(huge)), "1.1 MB", 413);
        BadInputApp.Refused(await app.App.Http.TryAsync(HttpMethod.Post, "/v1/auth/login", Json(huge)), "1.1 MB at sign-in", 413);
        foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded", "text/csv" })
        {
            using var body = new StringContent("{\"title\":\"a\"}", Encoding.UTF8, type);
            BadInputApp.Refused(await app.People.Tenant.Http.TryAsync(HttpMethod.Post, "/v1/tickets", body), type, 415);
        }

        BadInputApp.Refused(await app.People.Owner.Http.TryAsync(HttpMethod.Post, "/v1/tickets/import", Json("{}")), "JSON as CSV", 415);
        BadInputApp.Refused(await app.People.Tenant.Http.TryAsync(HttpMethod.Post, $"/v1/tickets/{app.TicketId}/photos", Json("{}")), "JSON as photo", 415);
        (await app.StoredAsync()).ShouldBe(before);
    }

    [Theory, EachEngine]
    public async Task Bad_query_words_and_paths_are_refused(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        foreach (var query in new[]
        {
            "status=lost", "trade=wizardry", "near=here", "near=91,0", "near=NaN,NaN", "near=1", "withinMeters=5", "near=1,1&withinMeters=-1", "near=1,1&withinMeters=NaN", "limit=0",
            "limit=-1", "limit=100000", "limit=abc", "limit=99999999999", "cursor=x", "cursor=%00", "cursor=' OR 1=1 --", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "mine=perhaps", "status=1", "status=submitted,triaged%00",
        })
        {
            BadInputApp.Refused(await app.People.Owner.Http.TryAsync(HttpMethod.Get, $"/v1/tickets?{query}"), query, 400);
        }

        foreach (var path in new[] { "/v1/offers?state=maybe", "/v1/offers?cursor=x", "/v1/properties?limit=0", "/v1/properties?cursor=%00", "/v1/properties?businessId=x", "/v1/territories?cursor=zzz", "/v1/businesses?limit=0" })
        {
            var who = path.StartsWith("/v1/offers", StringComparison.Ordinal) ? app.People.Contractors[0].User : app.People.Owner;
            BadInputApp.Refused(await who.Http.TryAsync(HttpMethod.Get, path), path, 400);
        }

        foreach (var path in new[] { "/v1/tickets/1", "/v1/tickets/..%2f..%2fetc%2fpasswd", "/v1/nothing", "/v1/tickets/00000000-0000-0000-0000-00000000000g" })
        {
            BadInputApp.Refused(await app.People.Owner.Http.TryAsync(HttpMethod.Get, path), path, 400, 404);
        }

        // Kestrel refuses this path itself, without a body.
        (await app.People.Owner.Http.TryAsync(HttpMethod.Get, "/v1/tickets/%00")).Status.ShouldBe(400);
        BadInputApp.Refused(await app.People.Owner.Http.TryAsync(HttpMethod.Delete, $"/v1/tickets/{app.TicketId}"), "DELETE", 405);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
