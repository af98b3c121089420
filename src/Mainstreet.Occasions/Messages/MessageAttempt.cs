namespace Mainstreet.Occasions.Messages;

/// <summary>One attempt, as kept in <see cref="Message.History"/> and shown by <c>GET /v1/messages/{id}</c>.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Provider">Name from the configuration; null when the worker died before it said.</param>
/// <param name="Channel"><c>webhook</c>, <c>email</c> or <c>sms</c>.</param>
/// <param name="StartedAt">When the call began; null when the worker died.</param>
/// <param name="EndedAt">When its end was noted.</param>
/// <param name="Outcome"><c>accepted</c>, <c>rejected</c>, <c>retry</c> or <c>unknown</c>.</param>
/// <param name="StatusCode">HTTP or SMTP status, where there was one.</param>
/// <param name="Error">One sentence; no secrets.</param>
/// <param name="Reference">The provider's id of the message.</param>
public sealed record MessageAttempt(
    int Number, string? Provider, string? Channel, DateTimeOffset? StartedAt, DateTimeOffset EndedAt, string Outcome, int? StatusCode, string? Error, string? Reference);
