using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>Contents of published files, by their digest, so never out of date; those not asked for the longest go first.</summary>
internal sealed class SiteCache(IOptions<SitesOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Digest, byte[] Content)>> _byDigest = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Digest, byte[] Content)> _byUse = [];
    private long _bytes;

    internal byte[]? Find(string digest)
    {
        lock (_gate)
        {
            if (!_byDigest.TryGetValue(digest, out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Content;
        }
    }

    internal void Keep(string digest, byte[] content)
    {
        lock (_gate)
        {
            if (content.Length > options.Value.CacheBytes / 4 || _byDigest.ContainsKey(digest)) return;
            _byDigest[digest] = _byUse.AddFirst((digest, content));
            _bytes += content.Length;
            while (_bytes > options.Value.CacheBytes && _byUse.Last is { } last)
            {
                _byUse.RemoveLast();
                _byDigest.Remove(last.Value.Digest);
                _bytes -= last.Value.Content.Length;
            }
        }
    }
}
