using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access.Decisions;

/// <summary>The compiled rules for <see cref="Caller"/>: no waiting, no database.</summary>
internal sealed class AccessRules(RuleBook book, PermissionCatalogue permissions, TimeProvider clock) : IAccessRules
{
    public long Version => book.Current.Version;

    public async ValueTask RefreshAsync(CancellationToken cancel) => await book.RefreshAsync(cancel);

    public bool Holds(Caller caller, string permission, string resource, Guid? businessId) =>
        ObjectName.Read(resource) is { } name
        && Ask(new Question(Subject(caller), caller, permission, name, businessId ?? BusinessItself(name))) == Verdict.Allowed;

    public bool HoldsAnywhere(Caller caller, string permission)
    {
        // What no business role holds is for the whole system; a grant on one thing must not open it.
        if (permissions.ByName.TryGetValue(permission, out var declared) && !declared.IsOfBusinesses)
            return Ask(new Question(Subject(caller), caller, permission, Question.System)) == Verdict.Allowed;
        var (rules, now) = (book.Current, clock.GetUtcNow());
        if (HasAny(rules, caller.Subject, permission, now) || HasAny(rules, "user:*", permission, now)) return true;
        foreach (var role in caller.AccountRoles)
        {
            if (Gives(rules, role, declared, permission, now)) return true;
        }

        foreach (var membership in caller.Memberships)
        {
            if (Gives(rules, membership.Role, declared, permission, now)) return true;
        }

        var own = rules.Of(caller.Subject);
        foreach (var given in own?.Memberships ?? [])
        {
            if (given.StandsAt(now) && Gives(rules, given.Resource["role:".Length..], declared, permission, now)) return true;
        }

        // Which things a relation opens is for the route to ask, thing by thing; here it is enough that the model may know the caller.
        return rules.Model.Mentions(permission) && (caller.Memberships.Count > 0 || own is not null || rules.Of("user:*") is not null);
    }

    public IReadOnlyList<Guid> BusinessesWith(Caller caller, string permission)
    {
        var (rules, now) = (book.Current, clock.GetUtcNow());
        var found = new HashSet<Guid>();
        AddBusinesses(rules, caller.Subject, permission, now, found);
        AddBusinesses(rules, "user:*", permission, now, found);
        foreach (var role in caller.AccountRoles.Concat(rules.Of(caller.Subject)?.Memberships.Where(g => g.StandsAt(now)).Select(g => g.Resource["role:".Length..]) ?? []))
        {
            foreach (var subject in rules.Roles.Of(role).Subjects) AddBusinesses(rules, subject, permission, now, found);
        }

        foreach (var membership in caller.Memberships)
        {
            if (Ask(new Question(Subject(caller), caller, permission, Business(membership.BusinessId), membership.BusinessId)) == Verdict.Allowed)
                found.Add(membership.BusinessId);
        }

        return [.. found];
    }

    private static ObjectName Subject(Caller caller) => new(caller.Subject, "user", caller.Subject["user:".Length..], null);

    private static ObjectName Business(Guid id) => new($"business:{id}", "business", id.ToString(), null);

    private static Guid? BusinessItself(ObjectName name) =>
        name.Type == "business" && Guid.TryParse(name.Id, out var id) ? id : null;

    private static bool HasAny(RuleSet rules, string subject, string permission, DateTimeOffset now)
    {
        if (rules.Of(subject) is not { } grants) return false;
        foreach (var grant in grants.Of(permission))
        {
            if (grant.StandsAt(now)) return true;
        }

        return false;
    }

    private static bool Gives(RuleSet rules, string role, Permission? declared, string permission, DateTimeOffset now)
    {
        var closure = rules.Roles.Of(role);
        if (closure.Permissions.Contains(permission) || (declared is not null && closure.Names.Any(declared.Roles.Contains))) return true;
        foreach (var subject in closure.Subjects)
        {
            if (HasAny(rules, subject, permission, now)) return true;
        }

        return false;
    }

    private static void AddBusinesses(RuleSet rules, string subject, string permission, DateTimeOffset now, HashSet<Guid> found)
    {
        if (rules.Of(subject) is not { } grants) return;
        foreach (var grant in grants.Of(permission))
        {
            if (grant.StandsAt(now) && ObjectName.Read(grant.Resource) is { } name && BusinessItself(name) is { } id) found.Add(id);
        }
    }

    private Verdict Ask(Question question) => Decision.Take(book.Current, permissions.ByName, question, clock.GetUtcNow());
}
