using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Invoices;

/// <summary>The invoice as PDF. Until the goods are packed there is none yet, and the answer is the order's confirmation, which says that it is no invoice.</summary>
internal static class GetInvoice
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/orders/{id:guid}/invoice", Handle)
        .WithName("store.orders.invoice").WithSummary("Read an order's invoice as PDF")
        .RequireAuthorization(StorePermissions.Shop)
        .Produces(200, contentType: "application/pdf").ProducesProblem(404);

    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(
        Guid id, Caller caller, StoreDb db, InvoiceBook book, TimeProvider clock, CancellationToken cancel)
    {
        var order = await db.Orders.AsNoTracking().Where(o => o.Id == id).VisibleTo(caller).SingleOrDefaultAsync(cancel);
        if (order is null) return Problem.NotFound.ToHttp();
        var lines = await db.OrderLines.AsNoTracking().Where(l => l.OrderId == id).OrderBy(l => l.Position).ToListAsync(cancel);
        var invoice = await db.Invoices.AsNoTracking().SingleOrDefaultAsync(i => i.OrderId == id, cancel)
            ?? (await book.DraftAsync(db, order, clock.Now(), cancel)).Draft;
        var name = invoice.Number.Length > 0 ? $"invoice-{invoice.Number.Replace('/', '-')}.pdf" : $"order-{order.Number}.pdf";
        return TypedResults.File(InvoicePdf.Render(order, lines, invoice), "application/pdf", name);
    }
}
