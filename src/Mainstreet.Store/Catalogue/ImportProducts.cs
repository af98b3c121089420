using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Catalogue;

/// <summary>
/// Takes products from CSV, streamed, in batches of one transaction each. A row whose SKU the shop has changes that product; cells
/// that are empty or missing leave it as it is. So the same file may be sent again: rows that change nothing are counted as unchanged. A
/// bad row is told by its line, and the others go on. Errors: unsupported_media_type, too_large, csv_*, shop_missing, business_required,
/// business_not_found.
/// </summary>
internal static class ImportProducts
{
    internal const int MaxErrors = 10_000;

    private const int BatchSize = 500;

    /// <summary>A row that was not taken: its line in the file (the header is line 1) and why.</summary>
    public sealed record RowError(long Line, string Error);

    /// <summary>What became of a file. At most 10,000 rejected rows are listed; <paramref name="RejectedCount"/> counts all.</summary>
    /// <param name="Accepted">Rows taken: created, updated and unchanged.</param>
    public sealed record Response(long Accepted, long Created, long Updated, long Unchanged, long RejectedCount, IReadOnlyList<RowError> Rejected);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/products/import", Handle)
        .WithName("store.products.import").WithSummary("Import products from CSV")
        .WithMetadata(new ImportSizeLimit())
        .Accepts<string>("text/csv")
        .RequireAuthorization(StorePermissions.EditProducts)
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, StoreDb db, ProductIndex index, TimeProvider clock, IBusinessDirectory businesses, IOptions<WebOptions> web,
        Guid? businessId = null, CancellationToken cancel = default)
    {
        if (http.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() is not ("text/csv" or "application/csv"))
            return new Problem(415, "unsupported_media_type", "Send the file as text/csv.").ToHttp();
        if (http.Request.ContentLength > web.Value.MaxImportBytes) return new Problem(413, "too_large", "The file is too large.").ToHttp();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = web.Value.MaxImportBytes;
        var business = await OwnBusiness.FindAsync(businessId, StorePermissions.EditProducts, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var shop = await db.Shops.AsNoTracking().SingleOrDefaultAsync(s => s.BusinessId == business.Value.Id, cancel);
        if (shop is null) return StoreProblems.ShopMissing.ToHttp();

        var rows = await CsvRows.OpenAsync(http.Request.Body, ["name"], new CsvLimits(), cancel);
        if (!rows.Ok) return rows.Problem.ToHttp();
        var names = new ProductColumns(rows.Value.Columns);
        if (names.Missing is { } missing) return new Problem(400, "csv_missing_column", "The file lacks a column that is needed.") { Detail = missing }.ToHttp();
        var run = new Run(db, index, clock, shop, caller.Id);
        var batch = new List<ProductRow>(BatchSize);
        await foreach (var row in rows.Value.ReadAsync(cancel))
        {
            if (row.Error is { } broken)
            {
                run.Reject(row.Line, broken.Message);
                continue;
            }

            var read = names.Read(row);
            if (!read.Ok) run.Reject(row.Line, read.Problem.Detail!);
            else batch.Add(read.Value);
            if (batch.Count == BatchSize) await run.FlushAsync(batch, cancel);
        }

        await run.FlushAsync(batch, cancel);
        return TypedResults.Ok(run.Answer());
    }

    /// <summary>The batches of one file and their tally.</summary>
    internal sealed class Run(StoreDb db, ProductIndex index, TimeProvider clock, Shop shop, Guid? actor)
    {
        private readonly List<RowError> _errors = [];
        private long _created;
        private long _updated;
        private long _unchanged;
        private long _rejected;

        internal Response Answer() => new(_created + _updated + _unchanged, _created, _updated, _unchanged, _rejected, [.. _errors.OrderBy(e => e.Line)]);

        internal void Reject(long line, string error)
        {
            _rejected++;
            if (_errors.Count < MaxErrors) _errors.Add(new RowError(line, error));
        }

        internal async Task FlushAsync(List<ProductRow> batch, CancellationToken cancel)
        {
            if (batch.Count == 0) return;
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var tally = await db.InTransactionAsync(token => WriteAsync(batch, token), cancel);
                    (_created, _updated, _unchanged) = (_created + tally.Created, _updated + tally.Updated, _unchanged + tally.Unchanged);
                    foreach (var error in tally.Errors) Reject(error.Line, error.Error);
                    break;
                }
                catch (DbUpdateException) when (attempt < 6)
                {
                    // Somebody else wrote one of these products, or an order reserved it; looked at again, it is known as it is now.
                }
                finally
                {
                    db.ChangeTracker.Clear();
                }
            }

            batch.Clear();
        }

        private async Task<Tally> WriteAsync(List<ProductRow> batch, CancellationToken cancel)
        {
            var tally = new Tally();
            var skus = batch.Select(r => r.Sku).Distinct(StringComparer.Ordinal).ToList();
            var known = await db.Products.Where(p => p.BusinessId == shop.BusinessId && skus.Contains(p.Sku)).ToDictionaryAsync(p => p.Sku, StringComparer.Ordinal, cancel);
            var ids = known.Values.Select(p => p.Id).ToList();
            var stocks = await db.Stock.Where(s => ids.Contains(s.ProductId)).ToDictionaryAsync(s => s.ProductId, cancel);
            var changed = new List<Product>();
            foreach (var row in batch)
            {
                var isKnown = known.TryGetValue(row.Sku, out var product);
                if (!isKnown && row.Price is null)
                {
                    tally.Errors.Add(new RowError(row.Line, "price: is needed"));
                    continue;
                }

                var fields = ProductFields.Read(row.Over(product, shop.Currency), shop.Currency);
                if (!fields.Ok)
                {
                    tally.Errors.Add(new RowError(row.Line, string.Join("; ", fields.Problem.Errors!.Select(e => $"{e.Key}: {e.Value[0]}"))));
                    continue;
                }

                if (!isKnown)
                {
                    (product, var stock) = CreateProduct.New(fields.Value, row.OnHand ?? 0, shop, clock);
                    db.Products.Add(product);
                    db.Stock.Add(stock);
                    known[row.Sku] = product;
                    stocks[product.Id] = stock;
                    changed.Add(product);
                    tally.Created++;
                    continue;
                }

                var held = stocks[product!.Id];
                var isNew = fields.Value != ProductFields.Of(product);
                var isStocked = row.OnHand is { } onHand && onHand != held.OnHand;
                if (isStocked && row.OnHand < held.Reserved)
                {
                    tally.Errors.Add(new RowError(row.Line, $"onHand: {held.Reserved} are held for orders"));
                    continue;
                }

                if (isNew) fields.Value.WriteTo(product, clock.Now());
                if (isNew && !changed.Contains(product)) changed.Add(product);
                if (isStocked)
                {
                    held.OnHand = row.OnHand!.Value;
                    held.Version++;
                }

                if (isNew || isStocked) tally.Updated++;
                else tally.Unchanged++;
            }

            await index.UpdateAsync(db, changed, p => stocks[p.Id].Available > 0, cancel);
            if (tally.Created + tally.Updated > 0)
            {
                await db.AuditAsync(new AuditEntry($"business:{shop.BusinessId}:products", actor, "products.imported",
                    Detail: new { tally.Created, tally.Updated }), cancel);
            }

            await db.SaveChangesAsync(cancel);
            return tally;
        }

        private sealed class Tally
        {
            internal long Created { get; set; }

            internal long Updated { get; set; }

            internal long Unchanged { get; set; }

            internal List<RowError> Errors { get; } = [];
        }
    }

    /// <summary>Lifts the server's limit on bodies; the import's own is checked against the options.</summary>
    private sealed class ImportSizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 10_737_418_240;
    }
}
