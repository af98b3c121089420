using Mainstreet.Access.Accounts;
using Mainstreet.Access.Businesses;
using Mainstreet.Access.Grants;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Data;

internal sealed class AccessDb(DbContextOptions<AccessDb> options) : ModuleDb(options)
{
    protected override string Module => "access";

    internal DbSet<Account> Accounts => Set<Account>();

    internal DbSet<AccountRole> AccountRoles => Set<AccountRole>();

    internal DbSet<Session> Sessions => Set<Session>();

    internal DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    internal DbSet<SignInFailure> SignInFailures => Set<SignInFailure>();

    internal DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    internal DbSet<Business> Businesses => Set<Business>();

    internal DbSet<Member> Members => Set<Member>();

    internal DbSet<Invitation> Invitations => Set<Invitation>();

    internal DbSet<TotpFactor> TotpFactors => Set<TotpFactor>();

    internal DbSet<SmsFactor> SmsFactors => Set<SmsFactor>();

    internal DbSet<SmsCode> SmsCodes => Set<SmsCode>();

    internal DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    internal DbSet<SignInChallenge> SignInChallenges => Set<SignInChallenge>();

    internal DbSet<RulesRow> Rules => Set<RulesRow>();

    internal DbSet<RuleChange> RuleChanges => Set<RuleChange>();

    internal DbSet<GrantRow> Grants => Set<GrantRow>();

    internal DbSet<RoleRow> Roles => Set<RoleRow>();

    internal DbSet<ModelRow> RelationModels => Set<ModelRow>();

    /// <summary>
    /// The version of the rules that this transaction makes. Call inside it, before reading what it changes; add at least one
    /// <see cref="RuleChange"/> of this version. Writers of rules queue here until the commit.
    /// </summary>
    internal async Task<long> RaiseRulesAsync(CancellationToken cancel)
    {
        await Rules.ExecuteUpdateAsync(set => set.SetProperty(r => r.Version, r => r.Version + 1), cancel);
        return await Rules.AsNoTracking().Select(r => r.Version).SingleAsync(cancel);
    }

    /// <summary>
    /// Makes writers of one account queue at its row until the transaction ends, so that no two of them take the same
    /// place in its audit chain.
    /// </summary>
    internal Task LockAccountAsync(Guid accountId, CancellationToken cancel) =>
        Accounts.Where(a => a.Id == accountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.SecurityStamp, a => a.SecurityStamp), cancel);

    /// <summary>The same for a business; answers 0 when there is none.</summary>
    internal Task<int> LockBusinessAsync(Guid businessId, CancellationToken cancel) =>
        Businesses.Where(b => b.Id == businessId).ExecuteUpdateAsync(set => set.SetProperty(b => b.Version, b => b.Version + 1), cancel);

    protected override void Map(ModelBuilder model)
    {
        AccessMapping.Map(model);
        SecondFactorMapping.Map(model);
    }
}
