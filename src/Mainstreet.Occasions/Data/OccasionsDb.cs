using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Recipients.Import;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Templates;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Data;

/// <summary>The module's tables.</summary>
internal sealed class OccasionsDb(DbContextOptions<OccasionsDb> options) : ModuleDb(options)
{
    public DbSet<Recipient> Recipients => Set<Recipient>();

    public DbSet<ShopperRecipient> Shoppers => Set<ShopperRecipient>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<BusinessSettings> Settings => Set<BusinessSettings>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<Suppression> Suppressions => Set<Suppression>();

    public DbSet<PlanState> PlanStates => Set<PlanState>();

    public DbSet<RecipientImport> Imports => Set<RecipientImport>();

    private IHeldRecipients Held => field ??= Engine == Engine.Postgres ? new HeldRecipientsPostgres() : new HeldRecipientsSqlite();

    private IRecipientInserts Inserts => field ??= Engine == Engine.Postgres ? new RecipientInsertsPostgres() : new RecipientInsertsSqlite();

    /// <inheritdoc cref="IHeldRecipients.HoldAsync"/>
    public Task<Recipient?> HoldRecipientAsync(Guid id, CancellationToken cancel) => Held.HoldAsync(this, id, cancel);

    /// <inheritdoc cref="IRecipientInserts.InsertAsync"/>
    public Task InsertRecipientsAsync(IReadOnlyList<Recipient> recipients, CancellationToken cancel) => Inserts.InsertAsync(this, recipients, cancel);

    protected override string Module => "occasions";

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Recipient>(e =>
        {
            e.ToTable("recipients").HasKey(r => r.Id);
            e.Property(r => r.Version).IsConcurrencyToken();
        });
        model.Entity<ShopperRecipient>(e => e.ToTable("shoppers").HasKey(s => new { s.BusinessId, s.CustomerId }));
        model.Entity<Message>(e => e.ToTable("messages").HasKey(m => m.Id));
        model.Entity<BusinessSettings>(e =>
        {
            e.ToTable("settings").HasKey(s => s.BusinessId);
            e.Property(s => s.Version).IsConcurrencyToken();
        });
        model.Entity<Template>(e =>
        {
            e.ToTable("templates").HasKey(t => new { t.BusinessId, t.Occasion, t.Language });
            e.Property(t => t.Version).IsConcurrencyToken();
        });
        model.Entity<Suppression>(e => e.ToTable("suppressions").HasKey(s => new { s.BusinessId, s.Channel, s.Address }));
        model.Entity<RecipientImport>(e =>
        {
            e.ToTable("imports").HasKey(i => i.Id);
            e.Property(i => i.Fence).IsConcurrencyToken();
        });
        model.Entity<PlanState>(e =>
        {
            e.ToTable("plan_state").HasKey(p => p.Id);
            e.Property(p => p.Id).ValueGeneratedNever();
            e.Property(p => p.ClockOffset).HasConversion(offset => offset.Ticks, ticks => TimeSpan.FromTicks(ticks));
        });
    }
}
