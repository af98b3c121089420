using Mainstreet.Store.Payments;
using Mainstreet.Store.Payments.Simulator;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

internal static class PaymentMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<Payment>(e =>
        {
            e.ToTable("payments").HasKey(p => p.Id);
            e.Ignore(p => p.Total);
            e.Ignore(p => p.Refundable);
        });
        model.Entity<PaymentCapture>(e =>
        {
            e.ToTable("payment_captures").HasKey(c => c.ProviderPaymentId);
            e.Ignore(c => c.Refundable);
        });
        model.Entity<Refund>(e =>
        {
            e.ToTable("refunds").HasKey(r => r.Id);
            e.Ignore(r => r.Money);
            e.Ignore(r => r.Ended);
        });
        model.Entity<PaymentSignal>(e => e.ToTable("payment_signals").HasKey(s => s.EventId));
        model.Entity<SavedMethod>(e => e.ToTable("payment_methods").HasKey(m => m.Id));
        model.Entity<ProviderCustomer>(e =>
        {
            e.ToTable("payment_customers").HasKey(c => new { c.CustomerId, c.Provider });
            // Its name looks like a key's to EF, which takes it for optional then.
            e.Property(c => c.ProviderCustomerId).IsRequired();
        });
        model.Entity<SimulatedObject>(e => e.ToTable("simulated_objects").HasKey(o => o.Id));
        model.Entity<SimulatedEvent>(e => e.ToTable("simulated_events").HasKey(o => o.Id));
    }
}
