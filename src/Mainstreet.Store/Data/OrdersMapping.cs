using Mainstreet.Store.Carts;
using Mainstreet.Store.Delivery;
using Mainstreet.Store.Invoices;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

/// <summary>The tables of carts, orders, deliveries and invoices; relations are declared so that EF inserts parents first.</summary>
internal static class OrdersMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<Cart>(e => e.ToTable("carts").HasKey(c => c.Id));
        model.Entity<CartItem>(e =>
        {
            e.ToTable("cart_items").HasKey(i => new { i.CartId, i.ProductId });
            e.HasOne<Cart>().WithMany().HasForeignKey(i => i.CartId);
        });
        model.Entity<Order>(e =>
        {
            e.ToTable("orders").HasKey(o => o.Id);
            e.Property(o => o.Number).ValueGeneratedOnAdd();
            e.Property(o => o.Version).IsConcurrencyToken();
            e.Ignore(o => o.Expired).Ignore(o => o.Packed);
        });
        model.Entity<OrderLine>(e =>
        {
            e.ToTable("order_lines").HasKey(l => l.Id);
            e.HasOne<Order>().WithMany().HasForeignKey(l => l.OrderId);
        });
        model.Entity<StockReservation>(e =>
        {
            e.ToTable("stock_reservations").HasKey(r => new { r.OrderId, r.ProductId });
            e.HasOne<Order>().WithMany().HasForeignKey(r => r.OrderId);
        });
        model.Entity<OrderPosition>(e => e.ToTable("order_positions").HasKey(p => p.OrderId));
        model.Entity<Invoice>(e => e.ToTable("invoices").HasKey(i => i.OrderId));
        model.Entity<InvoiceSeries>(e => e.ToTable("invoice_series").HasKey(s => new { s.BusinessId, s.Year }));
    }
}
