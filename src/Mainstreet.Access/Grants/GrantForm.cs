using System.Collections.Frozen;

using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Access.Grants;

/// <summary>Whether a grant means something. Problems: 422 invalid_grant, unknown_role.</summary>
internal static class GrantForm
{
    internal static Problem? Check(
        ObjectName subject, string permission, ObjectName resource, RuleSet rules, FrozenDictionary<string, Permission> declared)
    {
        if (subject is { Type: "role", Relation: null } && !Exists(rules, subject.Id)) return AccessProblems.UnknownRole.With($"There is no role {subject.Id}.");
        var relation = rules.Model.Find(resource.Type, permission);
        if (relation is not null && HouseModel.IsFilled(resource.Type, permission)) return CheckFilled(subject, resource, rules);
        if (resource.IsWildcard && !RuleInput.IsDotted(permission)) return Wrong($"{permission} is given on one thing at a time.");
        if (relation?.Takes(subject) == true && !resource.IsWildcard) return null;
        if (!RuleInput.IsDotted(permission))
        {
            return Wrong(relation is null
                ? $"The model has no relation {resource.Type}#{permission}."
                : $"{resource.Type}#{permission} takes {(relation.Restrictions.Count == 0 ? "no grants" : string.Join(", ", relation.Restrictions))}.");
        }

        if (!IsPlain(subject)) return Wrong($"Only user:{{id}}, user:*, role:{{name}} and what {resource.Type}#{permission} takes in the model can be given this.");
        var isOfSystem = declared.TryGetValue(permission, out var known) && !known.IsOfBusinesses;
        if (isOfSystem && resource.Text != "system:*") return Wrong($"{permission} is for the whole system: give it on system:*.");
        return resource.Type == "system" && known is not null && !isOfSystem ? Wrong($"{permission} is about a business or its things, not the whole system.") : null;
    }

    internal static bool Exists(RuleSet rules, string role) => RoleGraph.IsBuiltIn(role) || rules.Roles.Rules.ContainsKey(role);

    private static Problem? CheckFilled(ObjectName subject, ObjectName resource, RuleSet rules)
    {
        if (resource.Type != "role") return Wrong("Members of a business are invited, not granted.");
        if (resource.IsWildcard || subject is not { Type: "user", IsWildcard: false, Relation: null }) return Wrong("One account is made member of one role.");
        if (RoleGraph.IsBuiltIn(resource.Id)) return Wrong($"The role {resource.Id} comes with an account or a membership, not by a grant.");
        return Exists(rules, resource.Id) ? null : AccessProblems.UnknownRole.With($"There is no role {resource.Id}.");
    }

    private static bool IsPlain(ObjectName subject) => subject.Relation is null && (subject.Type == "user" || subject is { Type: "role", IsWildcard: false });

    private static Problem Wrong(string detail) => AccessProblems.InvalidGrant.With(detail);
}
