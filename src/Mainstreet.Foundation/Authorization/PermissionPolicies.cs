using System.Collections.Frozen;

using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Authorization;

/// <summary>The permissions of every module present and of Foundation's own rooms (registered one by one), by name.</summary>
public sealed class PermissionCatalogue(IEnumerable<IModule> modules, IEnumerable<Permission> own)
{
    public FrozenDictionary<string, Permission> ByName { get; } =
        modules.SelectMany(m => m.Permissions).Concat(own).ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);
}

internal sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement;

/// <summary>Makes <c>RequireAuthorization("trades.tickets.triage")</c> mean what it says; an unknown name is a bug and throws.</summary>
internal sealed class PermissionPolicyProvider(IOptions<AuthorizationOptions> options, PermissionCatalogue catalogue)
    : DefaultAuthorizationPolicyProvider(options)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, AuthorizationPolicy> _policies = new();

    public override Task<AuthorizationPolicy?> GetPolicyAsync(string policyName)
    {
        if (!catalogue.ByName.ContainsKey(policyName)) return base.GetPolicyAsync(policyName);
        return Task.FromResult<AuthorizationPolicy?>(_policies.GetOrAdd(policyName, static name => new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(name)).Build()));
    }
}

/// <summary>Answers from the live <see cref="Caller"/>, which the authentication handlers of Access attach to the request.</summary>
internal sealed class PermissionHandler(IHttpContextAccessor accessor) : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        var http = context.Resource as HttpContext ?? accessor.HttpContext;
        if (http?.Features.Get<Caller>() is { } caller && caller.Can(requirement.Permission)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
