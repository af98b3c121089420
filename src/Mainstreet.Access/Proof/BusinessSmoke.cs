using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>A business: opened, read, its member invited, who leaves again; grants, the reasons of a decision, the second factor up to its code.</summary>
internal sealed class BusinessSmoke : ISmokePath
{
    private static readonly string[] OwnerOnly = ["owner"];

    public string Name => "access";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("owner");
        var other = await walk.AccountAsync("member");
        var business = await walk.SendAsync("business", HttpMethod.Post, $"/v1/businesses", owner, new { name = "Synthetic house", timeZone = "Europe/Berlin", currency = "EUR" }, 201,
            a => a.Is("name", "Synthetic house").Is("timeZone", "Europe/Berlin").Is("currency", "EUR").Is("synthetic", true).Id());
        await walk.RefusedAsync("business without a name", 400, "invalid_request", HttpMethod.Post, $"/v1/businesses", owner, new { name = "" });
        await walk.GetAsync("businesses", owner, $"/v1/businesses", a => a.Count("items", 1).Is("items[0].id", business.Value));
        await walk.GetAsync("business read", owner, $"/v1/businesses/{business}", a => a.Is("id", business.Value).Is("name", "Synthetic house"));
        await walk.RefusedAsync("another's business", 404, "not_found", HttpMethod.Get, $"/v1/businesses/{business}", other);
        var mine = await walk.GetAsync("I am its owner", owner, $"/v1/auth/me", a => a.Is("memberships[0].businessId", business.Value).Is("memberships[0].role", "owner"));
        await walk.GetAsync("members", owner, $"/v1/businesses/{business}/members", a => a.Count("items", 1).Is("items[0].accountId", owner.Value.Id).Is("items[0].roles", OwnerOnly));
        await walk.RefusedAsync("members are not for others", 404, "not_found", HttpMethod.Get, $"/v1/businesses/{business}/members", other);

        var person = await walk.GetAsync("the other's address", other, $"/v1/auth/me", a => a.Is("id", other.Value.Id).TextAt("email"));
        var invitation = await walk.SendAsync("invite", HttpMethod.Post, $"/v1/businesses/{business}/members", owner, new { email = person, role = "clerk" }, 201,
            a => a.Is("role", "clerk").Is("email", person.Value).TextAt("token"));
        await walk.RefusedAsync("no invitation to be king", 400, "invalid_request", HttpMethod.Post, $"/v1/businesses/{business}/members", owner, new { email = person, role = "king" });
        var accepted = await walk.SendAsync("accept", HttpMethod.Post, $"/v1/businesses/invitations/accept", other, new { token = invitation }, 200, a => a.Is("businessId", business.Value).Is("role", "clerk"));
        await walk.GetAsync("two members", owner, $"/v1/businesses/{business}/members", a => a.Count("items", 2).Some("items", m => m.GetProperty("accountId").GetGuid() == other.Value.Id, "is the new one"), accepted);

        var question = SmokeWalk.Late(() => new { subject = $"user:{other}", permission = AccessPermissions.ManageMembers, resource = $"business:{business}" });
        var grant = await walk.SendAsync("grant", HttpMethod.Post, $"/v1/access/grants", owner,
            question, 201, a => a.Is("permission", AccessPermissions.ManageMembers).Is("resource", $"business:{business.Value}").Id());
        await walk.GetAsync("grants", owner, $"/v1/access/grants?businessId={business}", a => a.Count("items", 1).Is("items[0].id", grant.Value));
        await walk.GetAsync("grant read", owner, $"/v1/access/grants/{grant}", a => a.Is("id", grant.Value).Is("permission", AccessPermissions.ManageMembers));
        await walk.StepAsync("it is allowed", async () => (await walk.AskAsync(HttpMethod.Post, $"/v1/access/check", owner, question)).Answered(200).Is("allowed", true).Says("token"), grant);
        await walk.StepAsync("it says why", async () => (await walk.AskAsync(HttpMethod.Post, $"/v1/access/explain", owner, question)).Answered(200)
            .Is("allowed", true).Is("permission", AccessPermissions.ManageMembers).AtLeast("path", 1), grant);
        await walk.SendAsync("grant taken back", HttpMethod.Delete, $"/v1/access/grants/{grant}", owner, null, 200, a => a.Is("id", grant.Value).Says("token"));
        await walk.RefusedAsync("the grant is gone", 404, "not_found", HttpMethod.Get, $"/v1/access/grants/{grant}", owner, null, grant);
        await walk.SendAsync("the member leaves", HttpMethod.Delete, $"/v1/businesses/{business}/members/{other}", owner, null, 204, a => a.Empty(), accepted);

        await walk.GetAsync("roles for owners", owner, $"/v1/access/roles", a => a.Some("items", r => r.GetProperty("name").GetString() == "owner" && r.GetProperty("effective").GetArrayLength() > 5, "is the owners'"), mine);
        await walk.GetAsync("one role", owner, $"/v1/access/roles/clerk", a => a.Is("name", "clerk").Is("builtIn", true).AtLeast("effective", 1), mine);
        await walk.GetAsync("the model for owners", owner, $"/v1/access/model", a => a.Says("text", "type shop"), mine);

        await walk.SendAsync("second factor begun", HttpMethod.Post, $"/v1/auth/2fa/totp", owner, null, 200, a => a.Says("uri", "otpauth://totp/Mainstreet:").Says("secret"));
        await walk.RefusedAsync("second factor: a wrong code", 401, "invalid_code", HttpMethod.Post, $"/v1/auth/2fa/totp/verify", owner, new { code = "000000" });
        await walk.GetAsync("second factor: not on yet", owner, $"/v1/auth/2fa", a => a.Is("totp", false).Is("recoveryCodesLeft", 0));
        await walk.RefusedAsync("second factor: nothing to switch off", 409, "second_factor_not_enabled", HttpMethod.Post, $"/v1/auth/2fa/totp/disable", owner, new { code = "000000" });
        await walk.RefusedAsync("step up without a password", 400, "invalid_request", HttpMethod.Post, $"/v1/auth/step-up", owner, new { code = "000000" });
        await walk.SendAsync("no other session to end", HttpMethod.Delete, $"/v1/auth/sessions", owner, null, 200, a => a.Is("sessions", 0));
    }
}
