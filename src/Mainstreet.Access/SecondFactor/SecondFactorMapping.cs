using Mainstreet.Access.Accounts;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.SecondFactor;

/// <summary>The tables of the second factor.</summary>
internal static class SecondFactorMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<TotpFactor>(e =>
        {
            e.ToTable("totp_factors").HasKey(f => f.AccountId);
            e.Property(f => f.AccountId).ValueGeneratedNever();
            e.HasOne<Account>().WithOne().HasForeignKey<TotpFactor>(f => f.AccountId);
        });
        model.Entity<SmsFactor>(e =>
        {
            e.ToTable("sms_factors").HasKey(f => f.AccountId);
            e.Property(f => f.AccountId).ValueGeneratedNever();
            e.HasOne<Account>().WithOne().HasForeignKey<SmsFactor>(f => f.AccountId);
        });
        model.Entity<SmsCode>(e =>
        {
            e.ToTable("sms_codes").HasKey(c => c.Id);
            e.Property(c => c.Id).ValueGeneratedNever();
            e.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
        });
        model.Entity<RecoveryCode>(e =>
        {
            e.ToTable("recovery_codes").HasKey(c => new { c.AccountId, c.Hash });
            e.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
        });
        model.Entity<SignInChallenge>(e =>
        {
            e.ToTable("sign_in_challenges").HasKey(c => c.Hash);
            e.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
        });
    }
}
