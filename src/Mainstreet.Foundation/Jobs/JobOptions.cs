using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Foundation.Jobs;

/// <summary>How delayed and recurring jobs run. Section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>Delayed jobs that run at the same time in one process. Default 4.</summary>
    [Range(1, 64)]
    public int Parallelism { get; set; } = 4;

    /// <summary>Long jobs (background tasks of people) that run at the same time in one process, besides the others. Default 4.</summary>
    [Range(1, 1000)]
    public int LongParallelism { get; set; } = 4;

    /// <summary>Messages that somebody waits for (a forgotten password) that are sent at the same time in one process, besides the others. Default 2.</summary>
    [Range(1, 64)]
    public int MessageParallelism { get; set; } = 2;

    /// <summary>Runs of one delayed job before it is given up and stays as dead. Default 10.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>Wait after the first failed run; doubles with each. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between runs of one job. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long what a dead replica had claimed stays with it; renewed three times meanwhile. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time without a look; due jobs are waited for exactly. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);
}
