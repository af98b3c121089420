using Mainstreet.Foundation.Data;
using Mainstreet.Store.App;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Delivery;
using Mainstreet.Store.Invoices;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments;
using Mainstreet.Store.Payments.Simulator;
using Mainstreet.Store.Search;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

/// <summary>The module's tables. Each folder maps its own in a file named after it (<c>CatalogueMapping</c>, ...).</summary>
internal sealed class StoreDb(DbContextOptions<StoreDb> options) : ModuleDb(options)
{
    public DbSet<Shop> Shops => Set<Shop>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<StockItem> Stock => Set<StockItem>();

    public DbSet<TaxRate> TaxRates => Set<TaxRate>();

    public DbSet<SearchEntry> SearchEntries => Set<SearchEntry>();

    public DbSet<SynonymGroup> Synonyms => Set<SynonymGroup>();

    public DbSet<SavedSearch> SavedSearches => Set<SavedSearch>();

    public DbSet<SavedSearchHit> SavedSearchHits => Set<SavedSearchHit>();

    public DbSet<Payment> Payments => Set<Payment>();

    public DbSet<PaymentCapture> PaymentCaptures => Set<PaymentCapture>();

    public DbSet<Refund> Refunds => Set<Refund>();

    public DbSet<PaymentSignal> PaymentSignals => Set<PaymentSignal>();

    public DbSet<SavedMethod> SavedMethods => Set<SavedMethod>();

    public DbSet<ProviderCustomer> ProviderCustomers => Set<ProviderCustomer>();

    public DbSet<SimulatedObject> SimulatedObjects => Set<SimulatedObject>();

    public DbSet<SimulatedEvent> SimulatedEvents => Set<SimulatedEvent>();

    public DbSet<Cart> Carts => Set<Cart>();

    public DbSet<CartItem> CartItems => Set<CartItem>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<OrderLine> OrderLines => Set<OrderLine>();

    public DbSet<StockReservation> Reservations => Set<StockReservation>();

    public DbSet<OrderPosition> Positions => Set<OrderPosition>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<InvoiceSeries> InvoiceSeries => Set<InvoiceSeries>();

    public DbSet<ShopDevice> Devices => Set<ShopDevice>();

    protected override string Module => "store";

    /// <summary>How many <see cref="AllOrNothing"/> are open, one inside the other.</summary>
    internal int Starts { get; set; }

    private IHeldOrders HeldOrders => field ??= Engine == Engine.Postgres ? new HeldOrdersPostgres() : new HeldOrdersSqlite();

    /// <inheritdoc cref="IHeldOrders.HoldAsync"/>
    internal Task<Order?> HoldOrderAsync(Guid id, CancellationToken cancel) => HeldOrders.HoldAsync(this, id, cancel);

    private IHeldPayments HeldPayments => field ??= Engine == Engine.Postgres ? new HeldPaymentsPostgres() : new HeldPaymentsSqlite();

    /// <inheritdoc cref="IHeldPayments.HoldAsync"/>
    public async Task<Payment?> HoldPaymentAsync(Guid id, CancellationToken cancel)
    {
        var known = Payments.Local.FirstOrDefault(p => p.Id == id);
        var held = await HeldPayments.HoldAsync(this, id, cancel);
        // A query does not refresh what the context has read before it waited for the row.
        if (known is not null && Entry(known).State == EntityState.Unchanged) await Entry(known).ReloadAsync(cancel);
        return held;
    }

    protected override void Map(ModelBuilder model)
    {
        CatalogueMapping.Map(model);
        SearchMapping.Map(model);
        PaymentMapping.Map(model);
        OrdersMapping.Map(model);
        LoyaltyMapping.Map(model);
        AppMapping.Map(model);
    }
}
