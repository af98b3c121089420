namespace Mainstreet.Access.Tokens;

/// <summary>A key that signs access tokens, as it is kept.</summary>
/// <param name="Id">The <c>kid</c> of its tokens.</param>
/// <param name="Number">1, 2, 3, …; unique, so that two replicas that rotate at once meet there.</param>
/// <param name="Protected">64 random bytes under Data Protection, base64.</param>
/// <param name="SignsFrom">When it takes over: later than its creation, so that every replica knows it before a token bears it.</param>
internal sealed record SigningKey(string Id, int Number, string Protected, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom);
