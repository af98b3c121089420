namespace Mainstreet.Access.Sessions;

/// <summary>A sign-in that failed, kept for as long as a bound looks back.</summary>
/// <param name="Subject">SHA-256 of the normalised e-mail, whether or not it belongs to anybody.</param>
internal sealed record SignInFailure(Guid Id, byte[] Subject, string Address, DateTimeOffset At);
