using Mainstreet.Foundation.Data;
using Mainstreet.Trades.Contractors;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Trades.Matching;

/// <summary>Makes matchers for the configured engine, on the caller's connection, so that a search sees its own transaction.</summary>
internal sealed class Matchers(IOptions<MatchingOptions> options)
{
    private readonly Scoring _scoring = new(options.Value);

    internal Matcher For(TradesDb db)
    {
        var connection = db.Database.GetDbConnection();
        ICandidateIndex index = db.Engine == Engine.Postgres
            ? new CandidateIndexPostgres((NpgsqlConnection)connection)
            : new CandidateIndexSqlite((SqliteConnection)connection);
        return new Matcher(index, _scoring);
    }

    /// <summary>The numbers behind contractors that an agent named: scored like any others, chosen all the same.</summary>
    internal MatchResult Explain(Ticket ticket, IReadOnlyList<Contractor> named, DateTimeOffset at)
    {
        var query = new MatchQuery(ticket.Lat, ticket.Lon, ticket.Category, 0, named.Count, ticket.Id, at,
            ticket.BusinessId, ticket.Synthetic, [], int.MaxValue);
        var considered = named.Select(c =>
        {
            var meters = Geo.DistanceMeters(ticket.Lat, ticket.Lon, c.Lat, c.Lon);
            var inputs = new ScoreInputs(c.RatingSum, c.RatingCount, c.OffersReceived, c.OffersAccepted, c.ActiveJobs, c.OpenOffers);
            var parts = _scoring.Breakdown(ticket.Id, c.Id, meters, inputs);
            return (Contractor: c, Numbers: new ConsideredCandidate(c.Id, meters,
                c.ServiceRadiusMeters ?? _scoring.Options.DefaultServiceRadiusMeters, inputs, parts, _scoring.Score(parts), MatchReason.Chosen, null));
        }).OrderByDescending(c => c.Numbers.Score).ThenBy(c => c.Numbers.DistanceMeters).ThenBy(c => c.Numbers.ContractorId).ToList();
        return new MatchResult(
            [.. considered.Select(c => new Match(c.Contractor.Id, c.Contractor.DisplayName, c.Numbers.DistanceMeters, c.Numbers.Score, c.Numbers.Breakdown))],
            new MatchExplanation(query, _scoring.Options, null, [.. considered.Select((c, i) => c.Numbers with { Rank = i + 1 })]));
    }
}
