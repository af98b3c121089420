namespace Mainstreet.Careers.Jobs;

/// <summary>What of a posting is read when it is compared with a profile: plain text, no markup.</summary>
/// <param name="Title">One line.</param>
/// <param name="Company">Null when it is not named.</param>
/// <param name="Place">As normalised, parts divided by commas, the town first; null when unknown.</param>
/// <param name="Description">Lines and bullets as they stood.</param>
/// <param name="Remote">Whether the work can be done from anywhere; null when the posting does not say.</param>
/// <param name="Pay">Per year; null when unknown.</param>
internal sealed record PostingText(string Title, string? Company, string? Place, string Description, bool? Remote = null, YearlyPay? Pay = null);

/// <summary>Pay for a year of full time.</summary>
/// <param name="Least">Whole units of the currency.</param>
/// <param name="Most">Whole units, not below <paramref name="Least"/>.</param>
/// <param name="Currency">ISO 4217.</param>
internal sealed record YearlyPay(decimal Least, decimal Most, string Currency);
