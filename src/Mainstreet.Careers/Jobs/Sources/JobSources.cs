using System.Text.RegularExpressions;

using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs.Sources;

/// <summary>Every source, whether it can be read or not.</summary>
internal sealed partial class JobSources(GreenhouseSource greenhouse, LeverSource lever)
{
    internal IReadOnlyList<IJobSource> All { get; } =
        [greenhouse, lever, new PartnerSource("linkedin", "LinkedIn"), new PartnerSource("indeed", "Indeed"), new PartnerSource("wellfound", "Wellfound (AngelList)")];

    internal IJobSource? Find(string name) => All.FirstOrDefault(s => s.Info.Name == name);

    /// <summary><c>acme</c>, or <c>acme=Acme Tools</c> to name the company as well.</summary>
    internal static IReadOnlyList<JobBoard> BoardsOf(IEnumerable<string> settings) =>
        [.. settings.Select(s => s.Split('=', 2, StringSplitOptions.TrimEntries)).Select(p => new JobBoard(p[0], p.Length > 1 && p[1].Length > 0 ? p[1] : p[0])).DistinctBy(b => b.Key, StringComparer.Ordinal)];

    internal static bool IsBoard(string setting) => Board().IsMatch(setting);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:=[^=\p{C}]{1,200})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Board();
}

/// <summary>Boards become parts of addresses.</summary>
internal sealed class JobsOptionsCheck : IValidateOptions<JobsOptions>
{
    public ValidateOptionsResult Validate(string? name, JobsOptions options)
    {
        var wrong = new List<string>();
        foreach (var (key, boards) in new[] { (nameof(JobsOptions.GreenhouseBoards), options.GreenhouseBoards), (nameof(JobsOptions.LeverSites), options.LeverSites) })
        {
            if (Array.Exists(boards, b => !JobSources.IsBoard(b))) wrong.Add($"Careers:Jobs:{key} must hold words such as acme or acme=Acme Tools");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
