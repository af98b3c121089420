using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Time;

using NodaTime;
using NodaTime.Text;

namespace Mainstreet.Occasions.Planning;

/// <summary>A message about to be inserted, with the version of the recipient that it was computed from.</summary>
internal sealed record PlannedRow(
    Guid Id, Guid BusinessId, Guid RecipientId, int RecipientVersion, Occasion Occasion, int LocalYear, string LocalDate, string TimeZone,
    DateTimeOffset DueAt, DateTimeOffset SendBy, MessageStatus Status, string? Reason, string? LastError, bool Synthetic)
{
    /// <summary>Its instant was over when it was planned.</summary>
    public bool IsMisfire => Status == MessageStatus.Skipped || (ReasonWords.Parse(Reason) & (Reasons.Late | Reasons.NextWindow)) != Reasons.None;

    public static PlannedRow Of(Guid id, Candidate candidate, Occasion occasion, Occurrence occurrence, Decision decision) => new(
        id, candidate.BusinessId, candidate.Id, candidate.Version, occasion, occurrence.LocalYear, TextOf(occurrence.Date), candidate.TimeZone,
        decision.DueAt, decision.SendBy, decision.Status, ReasonWords.Of(decision.Reasons), decision.Error, candidate.Synthetic);

    /// <summary><c>YYYY-MM-DD</c>.</summary>
    public static string TextOf(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
