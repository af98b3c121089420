using System.Globalization;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Catalogue;

/// <summary>A row of a product file. Null: the file says nothing of it.</summary>
internal sealed record ProductRow(
    long Line, string Sku, string? Name, string? Brand, string? Category, string? SubCategory, string? Description, string? PackSize,
    long? Price, long? Mrp, string? TaxClass, string? Hsn, bool? Active, int? OnHand)
{
    /// <summary>The whole product as it would be: the row over what is there, or over nothing.</summary>
    internal CreateProduct.Request Over(Product? p, string currency)
    {
        var mrp = Mrp ?? p?.MrpAmount;
        var price = Price ?? p?.PriceAmount ?? -1;
        // A file that raises the price without a word of the printed one means a new print.
        if (Mrp is null && mrp < price) mrp = null;
        return new CreateProduct.Request(
            Sku, Name ?? p?.Name ?? "", Category ?? p?.Category ?? "", new Money(price, currency), Brand ?? p?.Brand, SubCategory ?? p?.SubCategory,
            Description ?? p?.Description, PackSize ?? p?.PackSize, mrp is { } amount ? new Money(amount, currency) : null, TaxClass ?? p?.TaxClass, Hsn ?? p?.Hsn,
            Active ?? p?.Active);
    }
}

/// <summary>
/// The columns of a product file, as it is imported and exported: <c>sku</c>, <c>name</c>, <c>brand</c>, <c>category</c>,
/// <c>subCategory</c>, <c>description</c>, <c>packSize</c>, <c>price</c> and <c>mrp</c> (major units, as in 49.50), <c>taxClass</c>,
/// <c>hsn</c>, <c>onHand</c>, <c>active</c>. Imports also know the common names <c>id</c>, <c>sub_category</c>, <c>size</c>, <c>price_inr</c>,
/// <c>mrp_inr</c>. Needed: sku, name, category, price.
/// </summary>
internal sealed class ProductColumns
{
    internal static readonly string[] All =
        ["sku", "name", "brand", "category", "subCategory", "description", "packSize", "price", "mrp", "taxClass", "hsn", "onHand", "active"];

    private static readonly string[] Needed = ["sku", "name", "category", "price"];

    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sku"] = "id", ["subCategory"] = "sub_category", ["packSize"] = "size", ["price"] = "price_inr", ["mrp"] = "mrp_inr",
    };

    private readonly Dictionary<string, string> _names = [];

    internal ProductColumns(IReadOnlyList<string> columns)
    {
        foreach (var name in All)
        {
            if (columns.Contains(name, StringComparer.OrdinalIgnoreCase)) _names[name] = name;
            else if (OtherNames.TryGetValue(name, out var other) && columns.Contains(other, StringComparer.OrdinalIgnoreCase)) _names[name] = other;
        }
    }

    /// <summary>The first column that is needed and not there.</summary>
    internal string? Missing => Needed.FirstOrDefault(n => !_names.ContainsKey(n));

    internal Outcome<ProductRow> Read(CsvRow row)
    {
        var errors = new List<string>();
        var sku = Cell("sku");
        if (sku is null) errors.Add("sku: is needed");
        var read = new ProductRow(
            row.Line, sku ?? "", Cell("name"), Cell("brand"), Cell("category"), Cell("subCategory"), Cell("description"), Cell("packSize"),
            Amount("price"), Amount("mrp"), Cell("taxClass"), Cell("hsn"), Flag("active"), Count("onHand"));
        return errors.Count == 0 ? read : new Problem(400, "row_invalid", "The row is not valid.") { Detail = string.Join("; ", errors) };

        string? Cell(string name) => _names.TryGetValue(name, out var column) && row[column] is { } text
            ? PlainText.Trimmed(PlainText.Mend(CsvGuard.Remove(text), lines: name == "description")) : null;

        long? Amount(string name)
        {
            if (Cell(name) is not { } text) return null;
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var major)
                && major * 100 is var minor && minor == decimal.Truncate(minor) && minor <= ProductFields.HighestPrice) return (long)minor;
            errors.Add($"{name}: must be an amount with at most two decimals, as in 49.50");
            return null;
        }

        int? Count(string name)
        {
            if (Cell(name) is not { } text) return null;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= CreateProduct.MostOnHand) return count;
            errors.Add($"{name}: must be a number from 0 to {CreateProduct.MostOnHand}");
            return null;
        }

        bool? Flag(string name)
        {
            if (Cell(name) is not { } text) return null;
            if (bool.TryParse(text, out var flag)) return flag;
            errors.Add($"{name}: must be true or false");
            return null;
        }
    }
}
