using System.Security.Cryptography;

using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>
/// A project as it stands, on the sites' origin and for its owner alone: whoever has the address sees it, for an hour. What is there runs apart from the console, as a published page
/// would, and reads what a published page may.
/// </summary>
internal sealed class SitePreviews(SiteAddresses addresses, IDataProtectionProvider protection)
{
    /// <summary>The host name's label. No site has it: theirs end in digits of the project's id.</summary>
    internal const string Slug = "preview";

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("Mainstreet.Studio.Preview").ToTimeLimitedDataProtector();

    /// <summary>Where the project can be looked at; null where this server publishes no sites.</summary>
    internal string? AddressOf(Guid project, Guid account) => addresses.On ? $"{addresses.Of(Slug)}/{_protector.Protect($"{project:N}{account:N}", Lasts)}/" : null;

    /// <summary>The file that answers a path; null when there is none, or the address is not one of ours or too old.</summary>
    /// <param name="db">The module's database.</param>
    /// <param name="path">Decoded: a slash, the token, a slash, and the path of a page.</param>
    /// <param name="cancel">The reader left.</param>
    internal async Task<(string Path, byte[] Content)?> FindAsync(StudioDb db, string path, CancellationToken cancel)
    {
        var end = path.IndexOf('/', 1);
        if (end < 0 || Open(path[1..end]) is not var (project, account)) return null;
        if (!await db.Projects.AnyAsync(p => p.Id == project && p.AccountId == account, cancel)) return null;
        var root = SitePaths.Root(await db.Files.AnyAsync(f => f.ProjectId == project && f.Path == SitePaths.Index, cancel));
        var wanted = SitePaths.Candidates(path[end..]).Select(p => root + p).Where(PublishedFiles.IsPublished).ToArray();
        var found = await db.Files.AsNoTracking().Where(f => f.ProjectId == project && wanted.Contains(f.Path)).Select(f => new { f.Path, f.Sha256 }).ToListAsync(cancel);
        if (wanted.Select(w => found.Find(f => f.Path == w)).FirstOrDefault(f => f is not null) is not { } file) return null;
        return (file.Path, await db.Blobs.AsNoTracking().Where(b => b.ProjectId == project && b.Sha256 == file.Sha256).Select(b => b.Content).SingleAsync(cancel));
    }

    private (Guid Project, Guid Account)? Open(string token)
    {
        try
        {
            var text = _protector.Unprotect(token);
            return (Guid.ParseExact(text[..32], "N"), Guid.ParseExact(text[32..], "N"));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
