using System.Security.Cryptography;
using System.Text.Json;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments.Credentials;

/// <summary>Encrypts tokens and variables at rest, each under what it belongs to: copied to another row it does not open.</summary>
internal sealed class CredentialSafe(StudioDb db, IDataProtectionProvider protection)
{
    internal string Lock(Guid accountId, DeployTarget target, string token) => Tokens(accountId, target).Protect(token);

    internal string LockVariables(Guid deploymentId, IReadOnlyDictionary<string, string> variables) =>
        Variables(deploymentId).Protect(JsonSerializer.Serialize(variables, Json.Stored));

    /// <returns>Null when the text was not written under this deployment, or its key is gone.</returns>
    internal IReadOnlyDictionary<string, string>? OpenVariables(Guid deploymentId, string? locked)
    {
        if (locked is null) return new Dictionary<string, string>();
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(Variables(deploymentId).Unprotect(locked), Json.Stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Errors: credentials_missing, with what is missing; credentials_unreadable.</summary>
    internal async Task<Outcome<DeployCredentials>> OpenAsync(Guid accountId, DeployTarget target, CancellationToken cancel)
    {
        if (target == DeployTarget.Local) return new DeployCredentials("", "", TokenKind.Account);
        if (await db.DeploymentCredentials.AsNoTracking().SingleOrDefaultAsync(c => c.AccountId == accountId && c.Target == target, cancel) is not { } stored)
        {
            var name = Words.Of(target);
            return DeploymentProblems.CredentialsMissing.With($"Give a token for {target} first: PUT /v1/deployment-credentials/{name}.") with
            {
                Facts = new Dictionary<string, object?> { ["target"] = name, ["missing"] = new[] { "token" } },
            };
        }

        try
        {
            return new DeployCredentials(Tokens(accountId, target).Unprotect(stored.Secret), stored.Team ?? "", stored.TokenKind);
        }
        catch (CryptographicException)
        {
            return DeploymentProblems.CredentialsUnreadable;
        }
    }

    private IDataProtector Tokens(Guid accountId, DeployTarget target) => protection.CreateProtector("Mainstreet.Studio.DeploymentCredentials", accountId.ToString("N"), target.ToString());

    private IDataProtector Variables(Guid deploymentId) => protection.CreateProtector("Mainstreet.Studio.DeploymentVariables", deploymentId.ToString("N"));
}
