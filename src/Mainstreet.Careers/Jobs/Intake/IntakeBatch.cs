using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Alerts;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Jobs.Intake;

/// <summary>One batch of adverts inside its transaction.</summary>
internal sealed class IntakeBatch(CareersDb db, AdvertOrigin origin, DateTimeOffset now, TimeProvider clock)
{
    /// <summary>A job that was closed so long ago and is advertised again is a new one.</summary>
    private static readonly TimeSpan Reopened = TimeSpan.FromDays(60);

    /// <summary>What ids begin with that were made here of an advert's content.</summary>
    private const string MadeId = "sha256-";

    private readonly Dictionary<Guid, Known> _known = [];
    private readonly Dictionary<long, HashSet<Guid>> _byKey = [];
    private readonly HashSet<Guid> _touched = [];
    private readonly List<Guid> _news = [];
    private IntakeTally _tally = IntakeTally.None;

    /// <summary>A posting with its adverts and what it is compared by.</summary>
    private sealed class Known(Posting posting)
    {
        internal Posting Posting { get; } = posting;

        internal List<PostingAdvert> Adverts { get; } = [];

        internal HashSet<long> Keys { get; } = [];

        internal PostingTraits Traits { get; private set; } = PostingTraits.Of(posting);

        internal void Look() => Traits = PostingTraits.Of(Posting) with
        {
            UrlKeys = [.. Adverts.Select(a => a.Url).Append(Posting.Url).Append(Posting.ApplyUrl).OfType<string>().Select(PostingTraits.UrlKey).OfType<string>().Distinct(StringComparer.Ordinal)],
        };
    }

    internal async Task<IntakeTally> TakeAsync(List<PostingDraft> drafts, CancellationToken cancel)
    {
        var ids = drafts.Select(d => d.ExternalId).ToList();
        var adverts = await db.Adverts.Where(a => a.Source == origin.Source && a.Board == origin.Board && a.Synthetic == origin.Synthetic && ids.Contains(a.ExternalId))
            .ToDictionaryAsync(a => a.ExternalId, StringComparer.Ordinal, cancel);
        var same = drafts.Where(d => adverts.TryGetValue(d.ExternalId, out var a) && a.ContentHash == d.ContentHash && a.GoneAt is null).Select(d => d.ExternalId).ToHashSet(StringComparer.Ordinal);
        foreach (var id in same) adverts[id].SeenAt = now;
        var others = drafts.Where(d => !same.Contains(d.ExternalId)).Select(d => (Draft: d, Traits: PostingTraits.Of(d), Advert: adverts.GetValueOrDefault(d.ExternalId))).ToList();
        await ReadKnownAsync([.. others.SelectMany(o => o.Traits.Keys()).Distinct()], [.. others.Select(o => o.Advert?.PostingId).OfType<Guid>().Distinct()], cancel);

        foreach (var (draft, traits, advert) in others)
        {
            if (advert is null) Add(draft, traits);
            else Change(draft, traits, advert);
        }

        _tally = _tally with { Unchanged = _tally.Unchanged + same.Count };
        await WriteAsync(cancel);
        return _tally;
    }

    private async Task ReadKnownAsync(List<long> keys, List<Guid> own, CancellationToken cancel)
    {
        var found = await db.PostingKeys.AsNoTracking().Where(k => keys.Contains(k.Hash)).Select(k => k.PostingId).Distinct().ToListAsync(cancel);
        var ids = found.Union(own).ToList();
        if (ids.Count == 0) return;
        foreach (var posting in await db.Postings.Where(p => ids.Contains(p.Id) && p.Synthetic == origin.Synthetic).ToListAsync(cancel)) _known.Add(posting.Id, new Known(posting));
        foreach (var advert in await db.Adverts.Where(a => ids.Contains(a.PostingId)).ToListAsync(cancel))
        {
            if (_known.TryGetValue(advert.PostingId, out var known)) known.Adverts.Add(advert);
        }

        foreach (var key in await db.PostingKeys.AsNoTracking().Where(k => ids.Contains(k.PostingId)).ToListAsync(cancel))
        {
            if (!_known.TryGetValue(key.PostingId, out var known)) continue;
            known.Keys.Add(key.Hash);
            Under(key.Hash).Add(key.PostingId);
        }

        foreach (var known in _known.Values) known.Look();
    }

    private void Add(PostingDraft draft, PostingTraits traits)
    {
        if (Find(draft, traits, except: null) is { } known)
        {
            Attach(NewAdvert(draft), draft, traits, known);
            _tally = _tally with { Merged = _tally.Merged + 1 };
            return;
        }

        Open(NewAdvert(draft), draft, traits);
        _tally = _tally with { Created = _tally.Created + 1 };
    }

    private void Change(PostingDraft draft, PostingTraits traits, PostingAdvert advert)
    {
        var known = _known[advert.PostingId];
        var others = known.Adverts.Exists(a => a != advert && a.GoneAt is null);
        (advert.SeenAt, advert.Url, advert.ContentHash, advert.GoneAt) = (now, draft.Url, draft.ContentHash, null);
        _tally = _tally with { Updated = _tally.Updated + 1 };
        if (others && SameJob.Compare(traits, known.Traits, sameBoard: false) == Sameness.No)
        {
            // It speaks of another job now; those that stay keep the posting.
            known.Adverts.Remove(advert);
            if (advert.IsFirst) known.Adverts.First(a => a.GoneAt is null).IsFirst = true;
            _touched.Add(known.Posting.Id);
            known.Look();
            if (Find(draft, traits, except: known) is { } other) Attach(advert, draft, traits, other);
            else Open(advert, draft, traits);
            return;
        }

        if (!others) MakeFirst(known, advert);
        known.Posting.Take(draft, advert.IsFirst, now);
        Settle(known, traits);
    }

    private void Attach(PostingAdvert advert, PostingDraft draft, PostingTraits traits, Known known)
    {
        var isAlone = known.Adverts.TrueForAll(a => a.GoneAt is not null);
        advert.PostingId = known.Posting.Id;
        advert.IsFirst = false;
        known.Adverts.Add(advert);
        if (isAlone) MakeFirst(known, advert);
        known.Posting.Take(draft, advert.IsFirst, now);
        Settle(known, traits);
    }

    private void Open(PostingAdvert advert, PostingDraft draft, PostingTraits traits)
    {
        var posting = new Posting { Id = clock.NewId(), FirstSeen = now, UpdatedAt = now, Synthetic = origin.Synthetic };
        posting.Take(draft, speaks: true, now);
        db.Postings.Add(posting);
        var known = new Known(posting);
        _known.Add(posting.Id, known);
        (advert.PostingId, advert.IsFirst) = (posting.Id, true);
        known.Adverts.Add(advert);
        _news.Add(posting.Id);
        Settle(known, traits);
    }

    /// <summary>Reopens the posting, notes its keys and how it is compared from now on.</summary>
    private void Settle(Known known, PostingTraits traits)
    {
        if (known.Posting.ClosedAt is not null)
        {
            known.Posting.ClosedAt = null;
            known.Posting.Version++;
            _news.Add(known.Posting.Id);
        }

        _touched.Add(known.Posting.Id);
        known.Look();
        foreach (var hash in known.Traits.Keys().Concat(traits.Keys()).Distinct().ToList())
        {
            if (!known.Keys.Add(hash)) continue;
            Under(hash).Add(known.Posting.Id);
            db.PostingKeys.Add(new PostingKey { Hash = hash, PostingId = known.Posting.Id });
        }
    }

    /// <summary>The posting that is most surely of the same job; of equals the one with the nearest text, then the one that was first.</summary>
    private Known? Find(PostingDraft draft, PostingTraits traits, Known? except)
    {
        var (best, place) = ((Known?)null, (Sameness.No, int.MinValue, DateTimeOffset.MinValue, Guid.Empty));
        foreach (var id in traits.Keys().SelectMany(k => _byKey.GetValueOrDefault(k, [])).Distinct())
        {
            var known = _known[id];
            if (known == except || known.Posting.ClosedAt < now - Reopened) continue;
            var sameBoard = !IsMade(draft.ExternalId) && known.Adverts.Exists(a => a.Source == origin.Source && a.Board == origin.Board && a.GoneAt is null && !IsMade(a.ExternalId));
            var found = SameJob.Compare(traits, known.Traits, sameBoard);
            if (found == Sameness.No) continue;
            var rank = (found, -(SameJob.Apart(traits, known.Traits) ?? 64), DateTimeOffset.MinValue + (DateTimeOffset.MaxValue - known.Posting.FirstSeen), known.Posting.Id);
            if (best is null || rank.CompareTo(place) > 0) (best, place) = (known, rank);
        }

        return best;
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        var entries = await db.PostingEntries.Where(e => _touched.Contains(e.PostingId)).ToDictionaryAsync(e => e.PostingId, cancel);
        foreach (var id in _touched)
        {
            var known = _known[id];
            if (!entries.TryGetValue(id, out var entry)) db.PostingEntries.Add(entry = new PostingEntry { PostingId = id, Synthetic = origin.Synthetic });
            known.Posting.WriteTo(entry, known.Adverts.Where(a => a.GoneAt is null).Select(a => a.Source));
        }

        if (_tally.Created + _tally.Merged + _tally.Updated > 0)
        {
            await db.AuditAsync(new AuditEntry("careers:postings", origin.Actor, "postings.taken",
                Detail: new { origin.Source, origin.Board, _tally.Created, _tally.Merged, _tally.Updated }), cancel);
        }

        if (_news.Count > 0 && await db.JobSearches.AnyAsync(cancel)) db.Schedule(TellJobSearches.Kind, clock.NewId().ToString("N"), now, _news);
        await db.SaveChangesAsync(cancel);
    }

    private PostingAdvert NewAdvert(PostingDraft draft)
    {
        var advert = new PostingAdvert
        {
            Source = origin.Source, Board = origin.Board, ExternalId = draft.ExternalId, Synthetic = origin.Synthetic, Url = draft.Url, ContentHash = draft.ContentHash, SeenAt = now,
        };
        db.Adverts.Add(advert);
        return advert;
    }

    private static void MakeFirst(Known known, PostingAdvert advert)
    {
        foreach (var each in known.Adverts) each.IsFirst = each == advert;
    }

    private HashSet<Guid> Under(long hash) => _byKey.TryGetValue(hash, out var ids) ? ids : _byKey[hash] = [];

    private static bool IsMade(string id) => id.StartsWith(MadeId, StringComparison.Ordinal);
}
