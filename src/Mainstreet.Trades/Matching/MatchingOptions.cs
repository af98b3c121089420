using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Matching;

/// <summary>How contractors are scored. Section <c>Trades:Matching</c>; read once at start.</summary>
/// <remarks>Weights are shares: they are divided by their sum, which must be above 0.</remarks>
internal sealed class MatchingOptions : IValidatableObject
{
    public const string Section = "Trades:Matching";

    /// <summary>Weight of being near. Share, default 0.40.</summary>
    [Range(0.0, 1.0)]
    public double DistanceWeight { get; set; } = 0.40;

    /// <summary>Weight of ratings. Share, default 0.25.</summary>
    [Range(0.0, 1.0)]
    public double PerformanceWeight { get; set; } = 0.25;

    /// <summary>Weight of accepting offers. Share, default 0.15.</summary>
    [Range(0.0, 1.0)]
    public double AcceptanceWeight { get; set; } = 0.15;

    /// <summary>Weight of having little to do. Share, default 0.10.</summary>
    [Range(0.0, 1.0)]
    public double LoadWeight { get; set; } = 0.10;

    /// <summary>Weight of the exploration share that gets newcomers their first offers. Share, default 0.10.</summary>
    [Range(0.0, 1.0)]
    public double ExplorationWeight { get; set; } = 0.10;

    /// <summary>Distance at which the distance component has fallen to 1/e (0.37). Metres, default 5 000.</summary>
    [Range(1.0, 1_000_000.0)]
    public double DistanceScaleMeters { get; set; } = 5_000;

    /// <summary>Mean rating that a contractor without ratings is taken to have. Stars 1 to 5, default 4.</summary>
    [Range(1.0, 5.0)]
    public double PriorRating { get; set; } = 4;

    /// <summary>How many ratings the prior mean counts for. Ratings, default 5.</summary>
    [Range(0.1, 1_000.0)]
    public double PriorRatingWeight { get; set; } = 5;

    /// <summary>Share of offers that a contractor without offers is taken to accept. 0 to 1, default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double PriorAcceptance { get; set; } = 0.5;

    /// <summary>How many offers the prior acceptance counts for. Offers, default 4.</summary>
    [Range(0.1, 1_000.0)]
    public double PriorAcceptanceWeight { get; set; } = 4;

    /// <summary>Service radius of a contractor that names none. Metres, default 40 000.</summary>
    [Range(1.0, 20_100_000.0)]
    public double DefaultServiceRadiusMeters { get; set; } = 40_000;

    /// <summary>Candidates asked of the database in the first round; each further round asks for four times as many. Rows, default 128.</summary>
    [Range(1, 10_000)]
    public int PageSize { get; set; } = 128;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!(DistanceWeight + PerformanceWeight + AcceptanceWeight + LoadWeight + ExplorationWeight > 0))
        {
            yield return new ValidationResult(
                "At least one weight must be above 0.",
                [nameof(DistanceWeight), nameof(PerformanceWeight), nameof(AcceptanceWeight), nameof(LoadWeight), nameof(ExplorationWeight)]);
        }
    }
}

/// <summary>Checks <see cref="MatchingOptions"/> at start and reports every error at once.</summary>
[OptionsValidator]
internal sealed partial class MatchingOptionsValidator : IValidateOptions<MatchingOptions>;
