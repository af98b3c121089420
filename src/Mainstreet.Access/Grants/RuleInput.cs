using System.Text.RegularExpressions;

using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Access.Grants;

/// <summary>Subject, permission and resource as a request writes them. Problems: 400 invalid_request with the field.</summary>
internal static partial class RuleInput
{
    internal const int MaxName = ObjectName.MaxLength;

    internal static Outcome<ObjectName> Subject(string text)
    {
        if (ObjectName.Read(text) is not { } name) return Problem.Invalid("subject", "must be user:{id}, role:{name}, or type:id, type:* or type:id#relation of the model");
        if (name is { Type: "user", Relation: null, IsWildcard: false } && !Guid.TryParseExact(name.Id, "D", out _)) return Problem.Invalid("subject", "must name an account by its id");
        return name is { Type: "role", IsWildcard: true } ? Problem.Invalid("subject", "must name one role") : name.Canonical();
    }

    internal static Outcome<ObjectName> Resource(string text) => ObjectName.Read(text) is { Relation: null } name
        ? name.Canonical()
        : Problem.Invalid("resource", "must be {type}:{id}, or {type}:* for the whole type");

    internal static Problem? Permission(string? text) => text is not null && PermissionForm().IsMatch(text)
        ? null
        : Problem.Invalid("permission", "must be a dotted permission such as store.products.edit, or a relation of the model");

    /// <summary>True for a dotted permission, which any resource can carry; a plain word must be a relation of the resource's type.</summary>
    internal static bool IsDotted(string permission) => permission.Contains('.', StringComparison.Ordinal);

    /// <summary>True for the name of a role. A list in JSON may hold <c>null</c>.</summary>
    internal static bool IsRoleName(string? text) => text is not null && RoleForm().IsMatch(text);

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]{1,50}(\.[a-zA-Z0-9_-]{1,50}){0,5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PermissionForm();

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RoleForm();
}
