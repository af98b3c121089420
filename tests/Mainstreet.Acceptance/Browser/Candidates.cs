using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

namespace Mainstreet.Acceptance.Browser;

/// <summary>People who look for work, as the tests of the pages need them.</summary>
internal static class Candidates
{
    internal const string Resume = """
        {
          "basics": {"name": "Nora Vance", "label": "Shop manager", "email": "nora@example.test", "summary": "Runs shops and knows the numbers.", "location": {"city": "Hudson", "region": "New York", "countryCode": "US"}},
          "work": [
            {"name": "Harbour Foods", "position": "Assistant shop manager", "startDate": "2019-03",
             "highlights": ["Managed stock control for 2,400 products", "Trained 12 colleagues in customer service", "Wrote the weekly report in Excel"]},
            {"name": "Riverside Bakery", "position": "Baker", "startDate": "2016-01", "endDate": "2019-02", "highlights": ["Baked bread for 300 customers a day", "Ordered flour", "Cleaned the ovens"]}
          ],
          "education": [{"institution": "Town College", "area": "Business", "studyType": "Associate", "startDate": "2013", "endDate": "2015"}],
          "skills": [{"name": "Baking"}, {"name": "Inventory management"}, {"name": "Excel"}, {"name": "SQL"}, {"name": "Customer service"}],
          "languages": [{"language": "English", "fluency": "Native speaker"}]
        }
        """;

    internal static FilePayload ResumeFile => new() { Name = "resume.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(Resume) };

    internal static Task<TestUser> SignInAsync(TestApp app, string name) => TestUser.SignInAsync(app, $"{name}@demo.test", Visitor.DemoPassword);

    /// <summary>The page of a document for the first job that is found, written if there is none yet.</summary>
    internal static async Task<string> DocumentAsync(TestApp app, string name, string kind)
    {
        var user = await SignInAsync(app, name);
        var jobs = await user.Http.GetFromJsonAsync<JsonElement>("/v1/jobs?q=shop+manager");
        using var made = await user.Http.PostAsJsonAsync("/v1/documents", new { kind, jobId = jobs.GetProperty("items")[0].GetProperty("id").GetGuid() });
        made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        return $"/careers/documents/{(await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()}";
    }

    /// <summary>The page of an application with a résumé, shown but not submitted.</summary>
    internal static async Task<string> ApplicationAsync(TestApp app, string name)
    {
        await DocumentAsync(app, name, "resume");
        var user = await SignInAsync(app, name);
        var jobs = await user.Http.GetFromJsonAsync<JsonElement>("/v1/jobs?q=shop+manager");
        using var shown = await user.Http.PostAsJsonAsync($"/v1/hunter/submit-application/{jobs.GetProperty("items")[0].GetProperty("id").GetGuid()}", new { });
        shown.IsSuccessStatusCode.ShouldBeTrue(await shown.Content.ReadAsStringAsync());
        return $"/careers/applications/{(await shown.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()}";
    }
}
