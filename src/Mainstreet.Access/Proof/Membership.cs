using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Proving.Checking;
using Mainstreet.Foundation.Proving.Contention;

namespace Mainstreet.Access.Proof;

/// <summary>How a synthetic person comes into a synthetic business.</summary>
internal static class Membership
{
    private const string Path = "/v1/businesses/invitations/accept";

    /// <summary>Invites and accepts.</summary>
    /// <exception cref="ProofException">It was refused.</exception>
    internal static async Task JoinAsync(
        ContentionStage stage, Guid business, SyntheticAccount owner, SyntheticAccount person, string role, CancellationToken cancel)
    {
        var token = await InviteAsync(stage, business, owner, person, role, cancel);
        // Nobody else holds the token: an answer that does not say whether it took effect, or that asks to come again, is asked for again.
        var answer = await stage.SendAsync("accept", HttpMethod.Post, Path, person, new { token }, cancel);
        var again = answer.Retried;
        for (var attempt = 1; (ContentionRecord.EndingOf(answer) == Ending.Unknown || answer.Code == "concurrent_change") && attempt < 10; attempt++, again = true)
            answer = await stage.SendAsync("accept", HttpMethod.Post, Path, person, new { token }, cancel);
        if (ContentionRecord.EndingOf(answer) == Ending.Committed || (again && IsUsed(answer))) return;
        throw new ProofException($"{person.Name} could not accept an invitation: {answer.Status} {answer.Code}.");
    }

    internal static async Task<string> InviteAsync(
        ContentionStage stage, Guid business, SyntheticAccount owner, SyntheticAccount person, string role, CancellationToken cancel) =>
        (await stage.WhenKnownAsync("invite", HttpMethod.Post, $"/v1/businesses/{business}/members", owner, new { email = person.Email, role }, cancel))
        .GetProperty("token").GetString()!;

    internal static async Task<Ending> AcceptAsync(ContentionStage stage, SyntheticAccount person, string token, CancellationToken cancel)
    {
        var answer = await stage.SendAsync("accept", HttpMethod.Post, Path, person, new { token }, cancel);
        // An attempt before had used it: nobody else could.
        return answer.Retried && IsUsed(answer) ? Ending.Committed : ContentionRecord.EndingOf(answer);
    }

    private static bool IsUsed(ProofAnswer answer) => answer is { Status: 409, Code: "invitation_used" or "already_member" };
}
