namespace Mainstreet.Foundation.Outbound;

/// <summary>One attempt, and what it says of the provider's health.</summary>
/// <param name="Result">What it came to.</param>
/// <param name="Failed">Counts against the provider: it could not be reached or did not do its work. A refusal of this message does not.</param>
/// <param name="Pauses">The provider asks everybody to stay away until <see cref="SendResult.NotBefore"/>.</param>
/// <param name="Body">The answer, where the caller wants it.</param>
internal sealed record Attempt(SendResult Result, bool Failed = false, bool Pauses = false, byte[]? Body = null);
