using Mainstreet.Occasions.Recipients;

namespace Mainstreet.Occasions.Planning;

/// <summary>What a plan is made from: a recipient as it was read, at one version.</summary>
internal sealed record Candidate(
    Guid Id, Guid BusinessId, string? Birthday, string? Anniversary, string TimeZone, int Version, bool Synthetic, DateTimeOffset CreatedAt)
{
    public static Candidate Of(Recipient r) => new(r.Id, r.BusinessId, r.Birthday, r.Anniversary, r.TimeZone, r.Version, r.Synthetic, r.CreatedAt);

    public string? DateOf(Occasion occasion) => occasion == Occasion.Birthday ? Birthday : Anniversary;
}
