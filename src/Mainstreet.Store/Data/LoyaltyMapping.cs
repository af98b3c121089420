using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Loyalty.Achievements;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

/// <summary>The tables of loyalty; relations are declared so that EF inserts parents first.</summary>
internal static class LoyaltyMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<PointsBalance>(e => e.ToTable("loyalty_balances").HasKey(b => new { b.BusinessId, b.CustomerId }));
        model.Entity<PointsEntry>(e =>
        {
            e.ToTable("loyalty_entries").HasKey(x => x.Id);
            e.Property(x => x.Id).ValueGeneratedNever();
            e.HasIndex(x => new { x.OrderId, x.Kind, x.Step }).IsUnique();
        });
        model.Entity<PointsLot>(e =>
        {
            e.ToTable("loyalty_lots").HasKey(l => l.Id);
            e.Property(l => l.Id).ValueGeneratedNever();
        });
        model.Entity<PointsSpent>(e =>
        {
            e.ToTable("loyalty_spent").HasKey(s => new { s.EntryId, s.LotId });
            e.HasOne<PointsEntry>().WithMany().HasForeignKey(s => s.EntryId);
            e.HasOne<PointsLot>().WithMany().HasForeignKey(s => s.LotId);
        });
        model.Entity<LoyaltyProfile>(e =>
        {
            e.ToTable("loyalty_profiles").HasKey(p => p.CustomerId);
            e.Property(p => p.CustomerId).ValueGeneratedNever();
            e.Property(p => p.Version).IsConcurrencyToken();
        });
        model.Entity<BirthdayConsent>(e =>
        {
            e.ToTable("birthday_consents").HasKey(c => new { c.BusinessId, c.CustomerId });
            e.Property(c => c.Version).IsConcurrencyToken();
        });
        model.Entity<Achievement>(e => e.ToTable("loyalty_achievements").HasKey(a => new { a.CustomerId, a.Code }));
    }
}
