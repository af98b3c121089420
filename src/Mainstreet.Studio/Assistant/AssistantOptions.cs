using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Studio.Assistant;

/// <summary>The assistant. Section <c>Studio:Assistant</c>. Without providers it is offline: the compiler for C#, templates and a search of the project.</summary>
public sealed class AssistantOptions : IValidatableObject
{
    /// <summary>Models in the order in which they are asked; the built-in assistant comes after them. Default none.</summary>
    public IList<AssistantProvider> Providers { get; } = [];

    /// <summary>Most tokens of one answer. Default 8,192.</summary>
    [Range(64, 200_000)]
    public int MaxOutputTokens { get; set; } = 8_192;

    /// <summary>Most bytes of project files that one request takes to a model. Default 100 KB.</summary>
    [Range(1_000, 4_000_000)]
    public int MaxContextBytes { get; set; } = 100_000;

    /// <summary>Tokens that one account may use of models in a calendar month (UTC). Default 2,000,000; 0 for none.</summary>
    [Range(0, 1_000_000_000_000)]
    public long AccountTokensPerMonth { get; set; } = 2_000_000;

    /// <summary>Tokens that one project may use in a month. Default 1,000,000; 0 for none.</summary>
    [Range(0, 1_000_000_000_000)]
    public long ProjectTokensPerMonth { get; set; } = 1_000_000;

    /// <summary>Tokens that everybody together may use in a month: what the operator is ready to pay for. Default 50,000,000; 0 for none.</summary>
    [Range(0, 1_000_000_000_000)]
    public long ServerTokensPerMonth { get; set; } = 50_000_000;

    /// <summary>Longest answer of a model, from question to last piece. Default 3 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the built-in assistant works on one request at most. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan OfflineTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Requests that the built-in assistant works on at once in one process; the others wait. Default 2.</summary>
    [Range(1, 64)]
    public int OfflineParallelism { get; set; } = 2;

    /// <summary>Whether a process that answers requests loads the compiler at start, in the background, so that the first request need not. Default true.</summary>
    public bool WarmUp { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var twice in Providers.GroupBy(provider => provider.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            yield return new ValidationResult($"Two providers are named {twice.Key}.", [nameof(Providers)]);
        if (Providers.Any(provider => provider.Name.Equals(BuiltIn.Name, StringComparison.OrdinalIgnoreCase)))
            yield return new ValidationResult($"The name {BuiltIn.Name} is taken by the built-in assistant.", [nameof(Providers)]);
    }
}

/// <summary>One model and its server.</summary>
public sealed class AssistantProvider : IValidatableObject
{
    /// <summary>How answers and the ledger call it.</summary>
    [Required, RegularExpression("[a-z0-9][a-z0-9-]{0,38}")]
    public string Name { get; set; } = "";

    /// <summary>Whose protocol it speaks: <c>openai</c>, <c>anthropic</c> or <c>ollama</c>, compatible servers included.</summary>
    [Required, AllowedValues("openai", "anthropic", "ollama")]
    public string Protocol { get; set; } = "openai";

    /// <summary>Address of a compatible server. Default: the provider's own.</summary>
    [Url]
    public string? Endpoint { get; set; }

    /// <summary>The provider's key; may be left out where <see cref="Endpoint"/> asks for none. Default none.</summary>
    [Secret]
    public string? ApiKey { get; set; }

    /// <summary>The model's name as the provider spells it.</summary>
    [Required, StringLength(200)]
    public string Model { get; set; } = "";

    /// <summary>How long the first piece of an answer may take. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan FirstPieceTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the next piece may take. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan NextPieceTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Failures in a row after which the provider is left alone. Default 3.</summary>
    [Range(1, 100)]
    public int FailuresBeforeBreak { get; set; } = 3;

    /// <summary>How long it is left alone then. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(ApiKey) && Endpoint is null && Protocol != "ollama")
            yield return new ValidationResult("ApiKey is required unless Endpoint names a server that asks for none.", [nameof(ApiKey)]);
    }
}

/// <summary>The assistant without a model.</summary>
internal static class BuiltIn
{
    internal const string Name = "builtin";
}
