using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Careers.Jobs;

/// <summary>Where postings come from, and limits. Section <c>Careers:Jobs</c>.</summary>
public sealed class JobsOptions
{
    /// <summary>Saved searches that one account may keep. Default 50.</summary>
    [Range(1, 1_000)]
    public int SavedSearches { get; set; } = 50;

    /// <summary>Largest saved page or JSON-LD document that is read, in bytes. Default 5 MB.</summary>
    [Range(10_000, 50_000_000)]
    public int MaxPageBytes { get; set; } = 5_000_000;

    /// <summary>Boards that were read so lately are not read again for a search, in minutes. Default 60.</summary>
    [Range(1, 10_080)]
    public int FreshMinutes { get; set; } = 60;

    /// <summary>Companies' boards at Greenhouse: the last word of <c>boards.greenhouse.io/{token}</c>. Default none.</summary>
    [MaxLength(1_000)]
    public string[] GreenhouseBoards { get; set; } = [];

    /// <summary>Companies' sites at Lever: the last word of <c>jobs.lever.co/{site}</c>. Default none.</summary>
    [MaxLength(1_000)]
    public string[] LeverSites { get; set; } = [];

    /// <summary>Where Greenhouse's boards are read. Default <c>https://boards-api.greenhouse.io</c>.</summary>
    [Url]
    public string GreenhouseUrl { get; set; } = "https://boards-api.greenhouse.io";

    /// <summary>Where Lever's postings are read; <c>https://api.eu.lever.co</c> for accounts in Europe. Default <c>https://api.lever.co</c>.</summary>
    [Url]
    public string LeverUrl { get; set; } = "https://api.lever.co";

    /// <summary>Where people reach this program; mails link there. Default none: mails link to the advert itself.</summary>
    [Url]
    public string? PublicUrl { get; set; }
}
