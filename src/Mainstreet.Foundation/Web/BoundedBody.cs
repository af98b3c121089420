using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Web;

/// <summary>Reads a body that has a limit of its own.</summary>
public static class BoundedBody
{
    /// <summary>Null when it is longer than the limit; then the rest is not read.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, long limit, CancellationToken cancel) =>
        request.ContentLength > limit ? null : await ReadAsync(request.Body, limit, cancel);

    /// <inheritdoc cref="ReadAsync(HttpRequest, long, CancellationToken)"/>
    public static async Task<byte[]?> ReadAsync(Stream body, long limit, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancel)) > 0)
        {
            if (bytes.Length + read > limit) return null;
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
