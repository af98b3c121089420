using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers.Tests.Jobs;

/// <summary>Short forms for tests of jobs over HTTP.</summary>
internal static class JobFixture
{
    internal static async Task<TestUser> AdminAsync(TestApp app)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        var email = $"admin-{Guid.CreateVersion7():N}@example.test";
        if (!(await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync(email, "Admin", TestUser.Password, CancellationToken.None)).Ok) throw new InvalidOperationException("no administrator");
        return await TestUser.SignInAsync(app, email, TestUser.Password);
    }

    internal static async Task<Answer> ImportAsync(this TestUser admin, string body, string mediaType, string source = "import") =>
        await admin.SendAsync(HttpMethod.Post, $"/v1/jobs/import?source={source}", Calls.Text(body, mediaType));

    internal static async Task<JsonElement> SearchAsync(this TestUser user, string query) => await user.GetAsync($"/v1/jobs?{query}");

    internal static int Count(this JsonElement answer, string name) => answer.GetProperty(name).GetInt32();

    /// <summary>A word that nothing else has.</summary>
    internal static string Word() => $"w{Guid.NewGuid():N}"[..12];
}
