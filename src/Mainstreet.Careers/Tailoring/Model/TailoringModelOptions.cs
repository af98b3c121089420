using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Careers.Tailoring.Model;

/// <summary>Settings of the model that may word documents, section <c>Careers:Model</c>. Without any, everything stays offline.</summary>
internal sealed class TailoringModelOptions : IValidatableObject
{
    internal const string Section = "Careers:Model";

    /// <summary>Who speaks the model's protocol: <c>none</c>, <c>openai</c>, <c>anthropic</c> or <c>ollama</c>, compatible servers included. Default <c>none</c>.</summary>
    [Required, AllowedValues("none", "openai", "anthropic", "ollama")]
    public string Provider { get; set; } = "none";

    /// <summary>Address of a compatible server, such as <c>http://127.0.0.1:11434/v1</c>. Default: the provider's own.</summary>
    [Url]
    public string? Endpoint { get; set; }

    /// <summary>The provider's key; may be left out where <see cref="Endpoint"/> asks for none, and with <c>ollama</c>. Default: none.</summary>
    [Secret]
    public string? ApiKey { get; set; }

    /// <summary>The model's name as the provider spells it. Required unless the provider is <c>none</c>.</summary>
    [StringLength(200)]
    public string? Model { get; set; }

    /// <summary>How long a document waits for the model before it is written without one. Default 60 s; 50 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Most tokens of an answer. Default 4096; 256 to 32768.</summary>
    [Range(256, 32_768)]
    public int MaximumAnswerTokens { get; set; } = 4_096;

    /// <summary>Tokens, in and out, that one person's documents may take in a day of UTC. What is asked is counted at its most before it is asked. Default 200,000.</summary>
    [Range(0, 1_000_000_000)]
    public long TokensPerDay { get; set; } = 200_000;

    /// <summary>Slow, failed or useless answers in a row after which the model is left alone. Default 3; 1 to 100.</summary>
    [Range(1, 100)]
    public int FailuresBeforeBreak { get; set; } = 3;

    /// <summary>How long the model is left alone then, before one document tries it again. Default 30 s; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(30);

    internal bool UsesModel => Provider != "none";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!UsesModel) yield break;
        if (string.IsNullOrWhiteSpace(Model)) yield return new ValidationResult($"Model is required with provider {Provider}.", [nameof(Model)]);
        if (Provider != "ollama" && string.IsNullOrWhiteSpace(ApiKey) && Endpoint is null)
            yield return new ValidationResult("ApiKey is required unless Endpoint names a server that asks for none.", [nameof(ApiKey)]);
    }
}
