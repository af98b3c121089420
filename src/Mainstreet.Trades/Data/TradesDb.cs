using Mainstreet.Foundation.Data;
using Mainstreet.Trades.Contractors;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Photos;
using Mainstreet.Trades.Properties;
using Mainstreet.Trades.Territories;
using Mainstreet.Trades.Tickets;
using Mainstreet.Trades.Triage;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Data;

/// <summary>The module's tables.</summary>
internal sealed class TradesDb(DbContextOptions<TradesDb> options) : ModuleDb(options)
{
    public DbSet<Ticket> Tickets => Set<Ticket>();

    public DbSet<Offer> Offers => Set<Offer>();

    public DbSet<Wave> Waves => Set<Wave>();

    public DbSet<Exclusion> Exclusions => Set<Exclusion>();

    public DbSet<Contractor> Contractors => Set<Contractor>();

    public DbSet<Property> Properties => Set<Property>();

    public DbSet<Territory> Territories => Set<Territory>();

    public DbSet<TerritoryAgent> TerritoryAgents => Set<TerritoryAgent>();

    public DbSet<Agent> Agents => Set<Agent>();

    public DbSet<TicketPhoto> Photos => Set<TicketPhoto>();

    public DbSet<CorrectionRow> Corrections => Set<CorrectionRow>();

    protected override string Module => "trades";

    private IHeldTickets Held => field ??= Engine == Engine.Postgres ? new HeldTicketsPostgres() : new HeldTicketsSqlite();

    /// <inheritdoc cref="IHeldTickets.HoldAsync"/>
    internal Task<Ticket?> HoldTicketAsync(Guid id, CancellationToken cancel) => Held.HoldAsync(this, id, cancel);

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Ticket>(e =>
        {
            e.ToTable("tickets");
            e.HasKey(t => t.Id);
            e.Property(t => t.Number).ValueGeneratedOnAdd();
            e.Property(t => t.Version).IsConcurrencyToken();
            e.Ignore(t => t.Taken).Ignore(t => t.Ended);
        });
        model.Entity<Offer>(e => e.ToTable("offers").HasKey(o => o.Id));
        model.Entity<Wave>(e => e.ToTable("waves").HasKey(w => w.Id));
        model.Entity<Exclusion>(e => e.ToTable("exclusions").HasKey(x => new { x.TicketId, x.ContractorId }));
        model.Entity<Contractor>(e =>
        {
            e.ToTable("contractors").HasKey(c => c.Id);
            e.Property(c => c.Version).IsConcurrencyToken();
        });
        model.Entity<Property>(e => e.ToTable("properties").HasKey(p => p.Id));
        model.Entity<Territory>(e =>
        {
            e.ToTable("territories").HasKey(t => t.Id);
            e.Property(t => t.Version).IsConcurrencyToken();
        });
        model.Entity<TerritoryAgent>(e => e.ToTable("territory_agents").HasKey(a => new { a.TerritoryId, a.AccountId }));
        model.Entity<Agent>(e => e.ToTable("agents").HasKey(a => new { a.BusinessId, a.AccountId }));
        model.Entity<TicketPhoto>(e => e.ToTable("photos").HasKey(p => p.Id));
        model.Entity<CorrectionRow>(e => e.ToTable("corrections").HasKey(c => c.Id));
    }
}
