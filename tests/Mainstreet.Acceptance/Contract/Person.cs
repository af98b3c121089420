using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Testing;

namespace Mainstreet.Acceptance.Contract;

/// <summary>What came back: status, problem code when it is one, and the body as text.</summary>
internal sealed record Answer(int Status, string? Code, string Body, HttpResponseMessage Message)
{
    internal JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    internal static async Task<Answer> ReadAsync(HttpResponseMessage message)
    {
        var body = await message.Content.ReadAsStringAsync();
        string? code = null;
        if (message.Content.Headers.ContentType?.MediaType == "application/problem+json")
            code = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("code").GetString();
        return new Answer((int)message.StatusCode, code, body, message);
    }
}

/// <summary>Somebody signed in at a server that is known by its address alone, and short forms of what people do.</summary>
internal static class Person
{
    internal static HttpClient ClientOf(Uri server, string? token = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    internal static async Task<TestUser> RegisterAsync(Uri server, string role = "customer")
    {
        using var http = ClientOf(server);
        var email = $"{role}-{Guid.CreateVersion7():N}@example.test";
        await OkAsync(http.PostAsJsonAsync("/v1/auth/register", new { email, password = TestUser.Password, displayName = "Somebody", role }));
        var session = await OkAsync(http.PostAsJsonAsync("/v1/auth/login", new { email, password = TestUser.Password }));
        var token = session.GetProperty("accessToken").GetString()!;
        return new TestUser(ClientOf(server, token), token, session.GetProperty("account").GetProperty("id").GetGuid(), email);
    }

    /// <summary>The same person at a server that was started again elsewhere.</summary>
    internal static TestUser At(this TestUser user, Uri server) => new(ClientOf(server, user.AccessToken), user.AccessToken, user.Id, user.Email);

    internal static Task<JsonElement> PostAsync(this TestUser user, string path, object body) => OkAsync(user.Http.PostAsJsonAsync(path, body));

    internal static Task<JsonElement> PutAsync(this TestUser user, string path, object body) => OkAsync(user.Http.PutAsJsonAsync(path, body));

    internal static Task<JsonElement> GetAsync(this TestUser user, string path) => OkAsync(user.Http.GetAsync(path));

    /// <summary>Whatever the answer is.</summary>
    internal static async Task<Answer> TryAsync(this HttpClient http, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body switch { null => null, HttpContent content => content, _ => JsonContent.Create(body) },
        };
        // A server may refuse a large body before it has come; who waits to be asked for it does not write into a closed connection.
        if (request.Content is { Headers.ContentLength: > 1_000_000 }) request.Headers.ExpectContinue = true;
        return await Answer.ReadAsync(await http.SendAsync(request));
    }

    internal static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan within, Func<string>? otherwise = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(started) > within)
                throw new TimeoutException($"It did not come true within {within}. {otherwise?.Invoke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<JsonElement> OkAsync(Task<HttpResponseMessage> sent)
    {
        using var message = await sent;
        var answer = await Answer.ReadAsync(message);
        if (!message.IsSuccessStatusCode)
            throw new InvalidOperationException($"{message.RequestMessage?.RequestUri} answered {answer.Status}: {answer.Body}");
        return answer.Body.Length == 0 ? default : answer.Json;
    }
}

/// <summary>A business with its owner, a tenant and some plumbers around one spot.</summary>
internal sealed record Neighbourhood(TestUser Owner, Guid BusinessId, TestUser Tenant, IReadOnlyList<(TestUser User, Guid Id)> Contractors)
{
    internal const double Lat = 40.73;
    internal const double Lon = -73.99;

    internal static async Task<Neighbourhood> MakeAsync(Uri server, int contractors)
    {
        var owner = await Person.RegisterAsync(server);
        var business = await owner.PostAsync("/v1/businesses", new { name = $"Block {Guid.CreateVersion7():N}" });
        var people = new List<(TestUser, Guid)>();
        for (var i = 0; i < contractors; i++)
        {
            var user = await Person.RegisterAsync(server, "contractor");
            var profile = await user.PutAsync("/v1/contractors/me", new { displayName = $"Firm {i}", trades = new[] { "plumbing" }, @base = new { lat = Lat + i * 0.001, lon = Lon } });
            people.Add((user, profile.GetProperty("contractorId").GetGuid()));
        }

        return new Neighbourhood(owner, business.GetProperty("id").GetGuid(), await Person.RegisterAsync(server), people);
    }

    /// <summary>The same people at the server's new address.</summary>
    internal Neighbourhood At(Uri server) =>
        this with { Owner = Owner.At(server), Tenant = Tenant.At(server), Contractors = [.. Contractors.Select(c => (c.User.At(server), c.Id))] };

    internal object Report(string title = "Sink leaks") => new
    {
        title, description = "Water drips from the pipe under the kitchen sink.", location = new { lat = Lat, lon = Lon }, businessId = BusinessId,
    };

    internal async Task<Guid> TriagedAsync()
    {
        var id = (await Tenant.PostAsync("/v1/tickets", Report())).GetProperty("id").GetGuid();
        await Owner.PostAsync($"/v1/tickets/{id}/triage", new { category = "plumbing" });
        return id;
    }

    /// <summary>A ticket offered to everybody.</summary>
    internal async Task<Guid> OfferedAsync(int expiresInSeconds = 3600)
    {
        var id = await TriagedAsync();
        await Owner.PostAsync($"/v1/tickets/{id}/offers", new { contractorIds = Contractors.Select(c => c.Id), expiresInSeconds });
        return id;
    }

    internal async Task<string[]> HistoryAsync(Guid ticketId) =>
        [.. (await Owner.GetAsync($"/v1/tickets/{ticketId}/history")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("action").GetString()!)];
}
