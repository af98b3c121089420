using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Access.SecondFactor;

/// <summary>The second factor. Section <c>Access:SecondFactor</c>; text messages go by the SMS providers of <c>Access:Providers</c>.</summary>
public sealed class SecondFactorOptions
{
    /// <summary>The name that authenticator apps show. Default <c>Mainstreet</c>. No colon.</summary>
    [Required, RegularExpression("^[^:]{1,50}$", ErrorMessage = "must be 1 to 50 characters without a colon")]
    public string Issuer { get; set; } = "Mainstreet";

    /// <summary>Time between password and code, in minutes. Default 5.</summary>
    [Range(1, 60)]
    public int ChallengeMinutes { get; set; } = 5;

    /// <summary>How long after sign-in or the last step-up sensitive actions are allowed, in minutes. Default 10.</summary>
    [Range(1, 1_440)]
    public int StepUpMinutes { get; set; } = 10;

    /// <summary>Wrong codes of one account in a window before it must wait. Default 5.</summary>
    [Range(1, 1_000)]
    public int Failures { get; set; } = 5;

    /// <summary>The window of <see cref="Failures"/>, in minutes. Default 15.</summary>
    [Range(1, 1_440)]
    public int WindowMinutes { get; set; } = 15;

    /// <summary>
    /// Wrong codes of one account in a day. Default 30: somebody who has the password then guesses a code with a chance of about one in ten
    /// thousand a day. Recovery codes are not held up, so the owner still gets in.
    /// </summary>
    [Range(1, 10_000)]
    public int FailuresPerDay { get; set; } = 30;

    /// <summary>Life of a code in a text message, in minutes. Default 5.</summary>
    [Range(1, 30)]
    public int SmsMinutes { get; set; } = 5;

    /// <summary>Text messages of one account in an hour. Default 5.</summary>
    [Range(1, 100)]
    public int SmsPerHour { get; set; } = 5;

    /// <summary>Text messages to one number in an hour, whatever the accounts. Default 10.</summary>
    [Range(1, 1_000)]
    public int SmsPerNumberPerHour { get; set; } = 10;

    /// <summary>Seconds between two text messages of one account. Default 30.</summary>
    [Range(0, 3_600)]
    public int SmsSecondsApart { get; set; } = 30;
}
