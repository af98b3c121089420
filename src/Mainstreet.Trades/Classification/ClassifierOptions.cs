using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Classification;

/// <summary>Settings of the ticket classifier, section `Trades:Classifier`. Without any, everything stays offline.</summary>
internal sealed class ClassifierOptions : IValidatableObject
{
    internal const string Section = "Trades:Classifier";

    /// <summary>Who speaks the model's protocol: `none`, `openai` or `anthropic`, compatible servers included. Default `none`.</summary>
    [Required, AllowedValues("none", "openai", "anthropic")]
    public string Provider { get; set; } = "none";

    /// <summary>Address of a compatible server, such as `http://127.0.0.1:11434/v1`. Default: the provider's own.</summary>
    [Url]
    public string? Endpoint { get; set; }

    /// <summary>The provider's key; may be left out where <see cref="Endpoint"/> asks for none. Default: none.</summary>
    [Secret]
    public string? ApiKey { get; set; }

    /// <summary>The model's name as the provider spells it. Required unless the provider is `none`.</summary>
    [StringLength(200)]
    public string? Model { get; set; }

    /// <summary>How long a tenant's report may wait for the model before the offline answer is taken. Default 2 s; 50 ms to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most tokens of a model's answer. Default 64; raise it for models that think aloud first. 16 to 8192.</summary>
    [Range(16, 8192)]
    public int MaximumAnswerTokens { get; set; } = 64;

    /// <summary>
    /// Share of a model's answers taken to be right, a probability: what its word is worth beside the offline classifier's when the
    /// confidence of the answer is worked out. Default 0.9; 0.2 to 0.99.
    /// </summary>
    [Range(0.2, 0.99)]
    public double ModelAccuracy { get; set; } = 0.9;

    /// <summary>Answers with less confidence, a probability, are flagged for triage. Default 0.6; 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double MinimumConfidence { get; set; } = 0.6;

    /// <summary>Slow, failed or useless model answers in a row after which the model is left alone. Default 3; 1 to 100.</summary>
    [Range(1, 100)]
    public int FailuresBeforeBreak { get; set; } = 3;

    /// <summary>How long the model is left alone then, before one report tries it again. Default 30 s; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(30);

    internal bool UsesModel => Provider != "none";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!UsesModel) yield break;
        if (string.IsNullOrWhiteSpace(Model))
            yield return new ValidationResult($"Model is required with provider {Provider}.", [nameof(Model)]);
        if (string.IsNullOrWhiteSpace(ApiKey) && Endpoint is null)
            yield return new ValidationResult("ApiKey is required unless Endpoint names a server that asks for none.", [nameof(ApiKey)]);
    }
}

[OptionsValidator]
internal sealed partial class ClassifierOptionsValidator : IValidateOptions<ClassifierOptions>;
