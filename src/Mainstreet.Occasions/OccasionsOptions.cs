using System.ComponentModel.DataAnnotations;

using Mainstreet.Occasions.Settings;

namespace Mainstreet.Occasions;

/// <summary>Defaults of every business and the pace of the jobs. Section <c>Occasions</c>.</summary>
public sealed class OccasionsOptions
{
    /// <summary>Local time of day to send, <c>HH:mm</c>. Default 09:00.</summary>
    [RegularExpression("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    public string SendAt { get; set; } = "09:00";

    /// <summary>When 29 February is kept in common years. Default <c>February28</c>.</summary>
    public LeapDayRule LeapDay { get; set; } = LeapDayRule.February28;

    /// <summary>What happens to a message whose instant passed while nothing ran. Default <c>SendLate</c>.</summary>
    public MisfirePolicy Misfire { get; set; } = MisfirePolicy.SendLate;

    /// <summary>How late <c>SendLate</c> may send, in minutes. Default 720.</summary>
    [Range(1, 525_600)]
    public int LateLimitMinutes { get; set; } = 720;

    /// <summary>Lateness that counts as none, in minutes: queues and retries take their time. Default 15.</summary>
    [Range(1, 1440)]
    public int MisfireGraceMinutes { get; set; } = 15;

    /// <summary>How far back a plan that was not made is made up for, in days, under the misfire policy. Default 31.</summary>
    [Range(1, 366)]
    public int CatchUpDays { get; set; } = 31;

    /// <summary>How far the daily job plans ahead, in hours. Default 36: a day and half a day for a late run.</summary>
    [Range(25, 240)]
    public int PlanHours { get; set; } = 36;
}
