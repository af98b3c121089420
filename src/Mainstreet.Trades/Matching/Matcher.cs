using NodaTime;

namespace Mainstreet.Trades.Matching;

/// <summary>
/// Ranks contractors for a ticket. Rings of candidates are read nearest first, until distance alone keeps everybody
/// not yet read below the last one chosen: the answer is that of scoring every contractor there is, at a fraction of the rows.
/// </summary>
internal sealed class Matcher(ICandidateIndex index, Scoring scoring)
{
    private const int WantedGrowth = 4;

    /// <summary>The best contractors for a query, at most its limit, best first. Reads only; may be repeated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A point off the earth, a radius that is negative or not finite, or a limit below 1.</exception>
    public async Task<MatchResult> RankAsync(MatchQuery query, CancellationToken cancel)
    {
        Geo.CheckPoint(query.Lat, query.Lon);
        if (!(query.RadiusMeters >= 0) || double.IsInfinity(query.RadiusMeters))
            throw new ArgumentOutOfRangeException(nameof(query), query.RadiusMeters, "A radius is finite and not negative.");
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));

        var filter = new CandidateFilter(
            query.Lat, query.Lon, query.Category, Math.Min(query.RadiusMeters, Geo.MaxDistanceMeters),
            query.BusinessId, query.Synthetic, query.Cap);
        var search = new Search(query, scoring);
        var position = new CandidatePosition(0, 0, double.PositiveInfinity, scoring.Options.PageSize);
        while (true)
        {
            var page = await index.ReadAsync(filter, position, cancel);
            foreach (var found in page.Items) search.Consider(found);
            if (search.IsDecided(page.LowerBoundMeters)) return search.Result(page.LowerBoundMeters);
            position = new CandidatePosition(
                page.LowerBoundMeters, position.Seen + page.Items.Count, search.ReachMeters,
                Math.Min(position.Wanted * WantedGrowth, 1 << 20));
        }
    }

    private sealed class Search(MatchQuery query, Scoring scoring)
    {
        private static readonly IComparer<Ranked> WorstFirst = Comparer<Ranked>.Create(
            (a, b) => -Scoring.Compare(a.Score, a.Meters, a.Id, b.Score, b.Meters, b.Id));

        private readonly Instant _at = Instant.FromDateTimeOffset(query.At);
        private readonly HashSet<Guid> _excluded = [.. query.Excluded];
        private readonly HashSet<Guid> _seen = [];
        private readonly Dictionary<(string?, string), MatchReason?> _schedules = [];
        private readonly List<(FoundCandidate Found, ConsideredCandidate Considered)> _ranked = [];
        private readonly List<ConsideredCandidate> _others = [];
        private readonly PriorityQueue<bool, Ranked> _best = new(WorstFirst);

        private bool IsFull => _best.Count >= query.Limit;

        /// <summary>A metre past the distance that decides, so that rounding asks for no further ring.</summary>
        public double ReachMeters => IsFull && _best.TryPeek(out _, out var last)
            ? scoring.Reach(last.Score) + 1
            : double.PositiveInfinity;

        public void Consider(FoundCandidate found)
        {
            var contractor = found.Contractor;
            if (!_seen.Add(contractor.Id)) return;   // moved across a ring's border meanwhile
            var inputs = ScoreInputs.Of(contractor);
            var parts = scoring.Breakdown(query.Seed, contractor.Id, found.DistanceMeters, inputs);
            var score = scoring.Score(parts);
            var serviceRadius = contractor.ServiceRadiusMeters ?? scoring.Options.DefaultServiceRadiusMeters;
            var ruledOut = RuledOut(contractor, found.DistanceMeters, serviceRadius);
            var considered = new ConsideredCandidate(
                contractor.Id, found.DistanceMeters, serviceRadius, inputs, parts, score, ruledOut ?? MatchReason.Outranked, null);
            if (ruledOut is not null)
            {
                _others.Add(considered);
                return;
            }
            _ranked.Add((found, considered));
            var rank = new Ranked(score, found.DistanceMeters, contractor.Id);
            if (IsFull) _best.EnqueueDequeue(true, rank);
            else _best.Enqueue(true, rank);
        }

        /// <summary>Whether nobody at this distance or farther can come among the best.</summary>
        public bool IsDecided(double lowerBoundMeters) =>
            double.IsPositiveInfinity(lowerBoundMeters)
            || lowerBoundMeters > query.RadiusMeters
            || (IsFull && _best.TryPeek(out _, out var last) && scoring.Ceiling(lowerBoundMeters) < last.Score);

        public MatchResult Result(double lowerBoundMeters)
        {
            _ranked.Sort((a, b) => Scoring.Compare(
                a.Considered.Score, a.Considered.DistanceMeters, a.Considered.ContractorId,
                b.Considered.Score, b.Considered.DistanceMeters, b.Considered.ContractorId));
            _others.Sort((a, b) => (a.DistanceMeters, a.ContractorId).CompareTo((b.DistanceMeters, b.ContractorId)));

            var items = new List<Match>(Math.Min(query.Limit, _ranked.Count));
            var candidates = new List<ConsideredCandidate>(_ranked.Count + _others.Count);
            foreach (var (found, considered) in _ranked)
            {
                var isChosen = items.Count < query.Limit;
                if (isChosen)
                    items.Add(new Match(considered.ContractorId, found.Contractor.DisplayName, considered.DistanceMeters, considered.Score, considered.Breakdown));
                candidates.Add(considered with
                {
                    Reason = isChosen ? MatchReason.Chosen : MatchReason.Outranked,
                    Rank = candidates.Count + 1,
                });
            }
            candidates.AddRange(_others);
            double? completeTo = lowerBoundMeters > query.RadiusMeters ? null : lowerBoundMeters;
            return new MatchResult(items, new MatchExplanation(query, scoring.Options, completeTo, candidates));
        }

        private MatchReason? RuledOut(ContractorCandidate contractor, double meters, double serviceRadius)
        {
            if (_excluded.Contains(contractor.Id)) return MatchReason.Excluded;
            if (meters > serviceRadius) return MatchReason.OutsideServiceRadius;
            if (contractor.WorkingHours is null) return null;
            // Crowds share a few schedules: each is read once a search.
            var schedule = (contractor.WorkingHours, contractor.TimeZone);
            if (_schedules.TryGetValue(schedule, out var known)) return known;
            var hours = WorkingHours.Read(contractor.WorkingHours, contractor.TimeZone).Value;
            MatchReason? reason = hours is null ? MatchReason.WorkingHoursUnreadable
                : hours.IsWorking(_at) ? null : MatchReason.NotWorking;
            return _schedules[schedule] = reason;
        }
    }

    private readonly record struct Ranked(double Score, double Meters, Guid Id);
}
