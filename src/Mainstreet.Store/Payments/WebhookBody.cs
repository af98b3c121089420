using Microsoft.AspNetCore.Http;

namespace Mainstreet.Store.Payments;

/// <summary>Reads what is signed or small: bytes as they came, up to a limit.</summary>
internal static class WebhookBody
{
    private const int Most = 262_144;

    /// <summary>Null when there is more than a webhook has.</summary>
    internal static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > Most) return null;
        using var body = new MemoryStream((int)(request.ContentLength ?? 4_096));
        var buffer = new byte[8_192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + read > Most) return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
