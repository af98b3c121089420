using Mainstreet.Access.Accounts;
using Mainstreet.Access.Businesses;
using Mainstreet.Access.Grants;
using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Data;

/// <summary>Tables and keys; relations are declared so that EF inserts parents first.</summary>
internal static class AccessMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<Account>(e =>
        {
            e.ToTable("accounts").HasKey(a => a.Id);
            e.HasIndex(a => a.NormalizedEmail).IsUnique();
            e.HasMany(a => a.Roles).WithOne().HasForeignKey(r => r.AccountId);
        });
        model.Entity<AccountRole>(e => e.ToTable("account_roles").HasKey(r => new { r.AccountId, r.Role }));
        model.Entity<Session>(e =>
        {
            e.ToTable("sessions").HasKey(s => s.Id);
            e.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId);
        });
        model.Entity<RefreshToken>(e =>
        {
            e.ToTable("refresh_tokens").HasKey(t => t.Hash);
            e.HasOne<Session>().WithMany().HasForeignKey(t => t.SessionId);
        });
        model.Entity<SignInFailure>(e => e.ToTable("sign_in_failures").HasKey(f => f.Id));
        model.Entity<SigningKey>(e => e.ToTable("signing_keys").HasKey(k => k.Id));
        model.Entity<Business>(e => e.ToTable("businesses").HasKey(b => b.Id));
        model.Entity<Member>(e =>
        {
            e.ToTable("members").HasKey(m => new { m.BusinessId, m.AccountId, m.Role });
            e.HasOne<Business>().WithMany().HasForeignKey(m => m.BusinessId);
            e.HasOne<Account>().WithMany().HasForeignKey(m => m.AccountId);
        });
        model.Entity<Invitation>(e =>
        {
            e.ToTable("invitations").HasKey(i => i.Id);
            e.HasOne<Business>().WithMany().HasForeignKey(i => i.BusinessId);
        });
        model.Entity<RulesRow>(e =>
        {
            e.ToTable("rules").HasKey(r => r.Id);
            e.Property(r => r.Id).ValueGeneratedNever();
        });
        model.Entity<RuleChange>(e => e.ToTable("rule_changes").HasKey(c => new { c.Version, c.Number }));
        model.Entity<GrantRow>(e => e.ToTable("grants").HasKey(g => g.Id));
        model.Entity<RoleRow>(e => e.ToTable("roles").HasKey(r => r.Name));
        model.Entity<ModelRow>(e =>
        {
            e.ToTable("relation_models").HasKey(m => m.Version);
            e.Property(m => m.Version).ValueGeneratedNever();
        });
    }
}
