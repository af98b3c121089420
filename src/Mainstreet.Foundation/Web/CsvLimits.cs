namespace Mainstreet.Foundation.Web;

/// <summary>How large parts of a CSV file may be. Memory in use stays near <see cref="MaxRowBytes"/> whatever the file holds.</summary>
public sealed record CsvLimits
{
    /// <summary>Bytes of one field in UTF-8, its outer quotes not counted; default 32 KiB.</summary>
    public int MaxFieldBytes { get; init; } = 32 * 1024;

    /// <summary>Bytes of one row with quotes and commas, without its line end; default 256 KiB.</summary>
    public int MaxRowBytes { get; init; } = 256 * 1024;

    /// <summary>Columns of the header; default 256.</summary>
    public int MaxColumns { get; init; } = 256;
}
