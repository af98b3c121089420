namespace Mainstreet.Studio.Deployments.Providers;

internal enum ProviderFailure
{
    /// <summary>No answer, or one that says that the provider is not well. Another try may help.</summary>
    Unreachable,

    /// <summary>Too many requests; there is a time from which it may be tried again.</summary>
    Limited,

    /// <summary>An answer that is not what the provider documents. Another try may help.</summary>
    Unreadable,

    /// <summary>The credentials do not do.</summary>
    Denied,

    /// <summary>The request does not do; another try would not help.</summary>
    Refused,
}

/// <summary>A provider did not do what it was asked.</summary>
/// <param name="kind">Whether another try may help.</param>
/// <param name="message">In words that may be shown to the owner; not yet cleaned of secrets.</param>
internal sealed class ProviderException(ProviderFailure kind, string message, int? status = null, string? code = null, DateTimeOffset? until = null, Exception? inner = null)
    : Exception(message, inner)
{
    internal ProviderFailure Kind { get; } = kind;

    internal int? Status { get; } = status;

    /// <summary>The provider's own word for it.</summary>
    internal string? Code { get; } = code;

    /// <summary>Not before then.</summary>
    internal DateTimeOffset? Until { get; } = until;
}
