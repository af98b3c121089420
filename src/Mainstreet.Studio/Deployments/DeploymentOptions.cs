using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Studio.Deployments;

/// <summary>How projects are published. Section <c>Studio:Deployments</c>.</summary>
public sealed class DeploymentOptions
{
    /// <summary>Vercel's API. Default https://api.vercel.com.</summary>
    [Required, Url]
    public string VercelUrl { get; set; } = "https://api.vercel.com";

    /// <summary>Netlify's API. Default https://api.netlify.com/api/v1.</summary>
    [Required, Url]
    public string NetlifyUrl { get; set; } = "https://api.netlify.com/api/v1";

    /// <summary>Railway's API. Default https://backboard.railway.com.</summary>
    [Required, Url]
    public string RailwayUrl { get; set; } = "https://backboard.railway.com";

    /// <summary>Longest wait for one answer of a provider. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Files that are sent to a provider at the same time. Default 5, which is what Netlify's free plan allows.</summary>
    [Range(1, 20)]
    public int ParallelUploads { get; set; } = 5;

    /// <summary>First wait between two looks at a deployment; grows by half each time. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan FirstPoll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between two looks. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan LongestPoll { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a provider may build before the deployment counts as failed. Default 45 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan BuildPatience { get; set; } = TimeSpan.FromMinutes(45);

    /// <summary>How long a state that is not known here is put up with. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan UnknownPatience { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long somebody's action at the provider is waited for. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "30.00:00:00")]
    public TimeSpan ActionPatience { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Tries of one step that fail in a row before the deployment fails. Default 8.</summary>
    [Range(1, 100)]
    public int Tries { get; set; } = 8;

    /// <summary>Wait after the first failed try; doubles with each. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between two tries. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest pause that a provider may ask for (429); beyond it the deployment fails. Default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Lines that are kept of one deployment's log. Default 2,000.</summary>
    [Range(10, 100_000)]
    public int LogLines { get; set; } = 2_000;

    /// <summary>Deployments that are kept of a project to one target, besides the published one. Default 50.</summary>
    [Range(1, 10_000)]
    public int KeepPerProject { get; set; } = 50;
}
