using System.Text.Json.Nodes;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Pages;

/// <summary>The profile's forms. Each changes its own members of the document and leaves all others, those that we do not know too, as they are.</summary>
internal static class ProfileForms
{
    private const string Page = "/careers/profile";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Page}/basics", Basics).RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost(Page + "/entries/{section}/{index:int:min(0)}", Entry).RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost(Page + "/entries/{section}/{index:int:min(0)}/remove", Remove).RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost($"{Page}/import", Import).RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost($"{Page}/publish", Publish).RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost($"{Page}/unpublish", async (Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
            CareersPages.Back(Page, CareersPages.ProblemOf((await PublishProfile.Unpublish(caller, http, db, clock, cancel)).Result)))
            .RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost($"{Page}/share", async (Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
            CareersPages.Back(Page, CareersPages.ProblemOf((await PublishProfile.Share(caller, http, db, clock, cancel)).Result)))
            .RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost($"{Page}/unshare", async (Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
            CareersPages.Back(Page, CareersPages.ProblemOf((await PublishProfile.Unshare(caller, http, db, clock, cancel)).Result)))
            .RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
        routes.MapPost($"{Page}/masks", WriteMasks).RequireAuthorization(CareersPermissions.Profile).ExcludeFromDescription();
    }

    private static Task<IResult> Basics(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync(caller, http, db, clock, (root, fields) =>
        {
            var basics = root["basics"] as JsonObject ?? [];
            root["basics"] = basics;
            foreach (var name in (string[])["name", "label", "email", "phone", "url", "summary"]) Set(basics, name, fields.GetValueOrDefault(name));
            var place = basics["location"] as JsonObject ?? [];
            foreach (var name in (string[])["city", "region", "countryCode"]) Set(place, name, fields.GetValueOrDefault(name));
            if (place.Count > 0) basics["location"] = place;
            return true;
        }, cancel);

    private static Task<IResult> Entry(string section, int index, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync(caller, http, db, clock, (root, fields) =>
        {
            if (!ResumeSchema.Sections.Contains(section)) return false;
            var items = root[section] as JsonArray ?? [];
            root[section] = items;
            if (index > items.Count) return false;
            if (index == items.Count) items.Add(new JsonObject());
            if (items[index] is not JsonObject item) return false;
            foreach (var (name, rule) in ResumeSchema.Root.Members![section].Members!)
            {
                if (!fields.TryGetValue(name, out var value)) continue;
                if (rule.Form != ValueForm.Texts) Set(item, name, value);
                else if (value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } lines) item[name] = new JsonArray([.. lines.Select(l => (JsonNode)l)]);
                else item.Remove(name);
            }

            if (item.Count == 0) items.RemoveAt(index);
            return true;
        }, cancel);

    private static Task<IResult> Remove(string section, int index, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync(caller, http, db, clock, (root, _) =>
        {
            if (!ResumeSchema.Sections.Contains(section) || root[section] is not JsonArray items || index >= items.Count) return false;
            items.RemoveAt(index);
            return true;
        }, cancel);

    private static async Task<IResult> Import(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, IOptions<CareersOptions> options, CancellationToken cancel) =>
        CareersPages.Back(Page, CareersPages.ProblemOf((await ImportProfile.Handle(caller, http, db, clock, options, save: true, cancel)).Result));

    private static async Task<IResult> Publish(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var slug = fields.GetValueOrDefault("slug") is { Length: > 0 } named ? named : null;
        if (slug is not null && !PublishProfile.IsSlug(slug)) return CareersPages.Back(Page, Problem.Invalid("slug", "must have 3 to 60 of a-z, 0-9 and single dashes"));
        var request = new PublishProfile.Request(slug, fields.GetValueOrDefault("showContact") == "true");
        return CareersPages.Back(Page, CareersPages.ProblemOf((await PublishProfile.Publish(request, caller, http, db, clock, cancel)).Result));
    }

    /// <summary>A line a mask: <c>key: what it is called: sections: words</c>, the last two with commas.</summary>
    private static async Task<IResult> WriteMasks(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var masks = new List<Mask>();
        foreach (var line in fields.GetValueOrDefault("masks", "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(':', StringSplitOptions.TrimEntries);
            if (parts.Length is < 2 or > 4 || parts[1].Length is 0 or > 80 || !PublishProfile.IsKey(parts[0]) || masks.Count == 20)
                return CareersPages.Back(Page, Problem.Invalid("masks", "must be lines such as: key: Name: work, skills: word, word"));
            masks.Add(new Mask(parts[0], parts[1], List(parts, 2), List(parts, 3)));
        }

        return CareersPages.Back(Page, CareersPages.ProblemOf((await PublishProfile.WriteMasks(new PublishProfile.MaskList(masks), caller, http, db, clock, cancel)).Result));

        static string[] List(string[] parts, int index) => parts.Length > index ? parts[index].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
    }

    private static async Task<IResult> ChangeAsync(
        Caller caller, HttpContext http, CareersDb db, TimeProvider clock, Func<JsonObject, Dictionary<string, string>, bool> change, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var profile = await KeepProfile.FindAsync(caller, db, cancel);
        // What somebody changed elsewhere since the page was read is not overwritten.
        if (fields.GetValueOrDefault("version") is { Length: > 0 } version) http.Request.Headers.IfMatch = $"\"{version}\"";
        var root = JsonNode.Parse(profile?.Document ?? "{}") as JsonObject ?? [];
        if (!change(root, fields)) return CareersPages.Back(Page, Problem.NotFound);
        var document = root.ToJsonString(Documents.Compact);
        if (ResumeReader.Check(document) is { } fault) return CareersPages.Back(Page, fault);
        var saved = await KeepProfile.SaveAsync(document, profile?.Notes ?? "[]", "profile.changed", caller, http, db, clock, cancel);
        return CareersPages.Back(Page, saved.Problem);
    }

    private static void Set(JsonObject item, string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) item.Remove(name);
        else item[name] = value;
    }
}
