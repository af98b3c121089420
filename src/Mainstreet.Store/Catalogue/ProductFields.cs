using System.Text.RegularExpressions;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Catalogue;

/// <summary>What a product may be told by others, checked and in the form that is stored.</summary>
internal sealed partial record ProductFields(
    string Sku, string Name, string Brand, string Category, string SubCategory, string Description, string PackSize,
    long Price, long? Mrp, string TaxClass, string? Hsn, bool Active)
{
    internal const long HighestPrice = 1_000_000_000;

    internal const int LongestName = 200;

    internal const int LongestDescription = 4_000;

    private const int LongestWord = 100;

    /// <summary>Reads the fields as they came from a request or a file.</summary>
    /// <param name="given">As it came.</param>
    /// <param name="currency">The shop's: all its prices are in it.</param>
    /// <returns>The fields, or <c>invalid_request</c> with every complaint.</returns>
    internal static Outcome<ProductFields> Read(CreateProduct.Request given, string currency)
    {
        var errors = new Dictionary<string, string[]>();
        var sku = Text("sku", given.Sku, 64, required: true);
        if (errors.Count == 0 && sku.Any(char.IsWhiteSpace)) errors["sku"] = ["must have no spaces"];
        var fields = new ProductFields(
            sku,
            Text("name", given.Name, LongestName, required: true),
            Text("brand", given.Brand, LongestWord),
            Text("category", given.Category, LongestWord, required: true),
            Text("subCategory", given.SubCategory, LongestWord),
            Text("description", given.Description, LongestDescription, lines: true),
            Text("packSize", given.PackSize, 60),
            Amount("price", given.Price),
            given.Mrp is null ? null : Amount("mrp", given.Mrp),
            given.TaxClass ?? TaxRates.Standard,
            PlainText.Trimmed(given.Hsn),
            given.Active ?? true);
        if (!TaxRates.Classes.Contains(fields.TaxClass)) errors["taxClass"] = [$"must be one of {string.Join(", ", TaxRates.Classes)}"];
        if (fields.Hsn is not null && !HsnCode().IsMatch(fields.Hsn)) errors["hsn"] = ["must have 4 to 8 digits"];
        if (fields.Mrp is { } mrp && mrp < fields.Price && !errors.ContainsKey("price")) errors["mrp"] = ["must not be less than the price"];
        if (errors.Count > 0) return new Problem(400, "invalid_request", "The request is not valid.") { Errors = errors };
        return fields;

        string Text(string field, string? text, int longest, bool required = false, bool lines = false)
        {
            text = PlainText.Trimmed(text) ?? "";
            if (text.Length > longest || (required && text.Length == 0)) errors[field] = [required ? $"must have 1 to {longest} characters" : $"must have at most {longest} characters"];
            else if (!PlainText.IsClean(text, lines)) errors[field] = ["must have no control characters"];
            return text;
        }

        long Amount(string field, Money money)
        {
            if (money.Currency != currency) errors[field] = [$"must be in {currency}, the shop's currency"];
            else if (money.Amount is < 0 or > HighestPrice) errors[field] = [$"must be 0 to {HighestPrice} in minor units"];
            return money.Amount;
        }
    }

    /// <summary>Writes the fields to a row and raises its version.</summary>
    internal void WriteTo(Product row, DateTimeOffset now)
    {
        row.Sku = Sku;
        row.Name = Name;
        row.Brand = Brand;
        row.Category = Category;
        row.SubCategory = SubCategory;
        row.Description = Description;
        row.PackSize = PackSize;
        row.PriceAmount = Price;
        row.MrpAmount = Mrp;
        row.TaxClass = TaxClass;
        row.Hsn = Hsn;
        row.Active = Active;
        row.Version++;
        row.UpdatedAt = now;
    }

    /// <summary>The fields as a row has them.</summary>
    internal static ProductFields Of(Product row) => new(
        row.Sku, row.Name, row.Brand, row.Category, row.SubCategory, row.Description, row.PackSize, row.PriceAmount, row.MrpAmount, row.TaxClass, row.Hsn, row.Active);

    [GeneratedRegex(@"\A[0-9]{4,8}\z")]
    private static partial Regex HsnCode();
}
