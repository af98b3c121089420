namespace Mainstreet.Access.Sessions;

/// <summary>A sign-in that failed, or another act that is bounded (see <see cref="HourlyBounds"/>), kept for as long as a bound looks back.</summary>
/// <param name="Subject">SHA-256 of the normalised e-mail, whether or not it belongs to anybody; of the bound's name for other acts.</param>
/// <param name="Address">The client's; empty for other acts, which no bound on failures counts.</param>
internal sealed record SignInFailure(Guid Id, byte[] Subject, string Address, DateTimeOffset At);
