using System.Globalization;

using Mainstreet.Careers.Tailoring;

namespace Mainstreet.Careers.Applications;

/// <summary>A polite question after an application. It claims nothing but what the application's own row says.</summary>
internal static class FollowUpText
{
    internal static string Of(JobApplication application, DateTimeOffset now)
    {
        var greeting = LetterSentences.Name(OneLine(application.Company)) is { } company ? $"Dear hiring team at {company}," : "Dear hiring team,";
        var position = LetterSentences.Name(OneLine(application.PostingTitle)) is { } title ? $"the position of {title}" : "the position that you advertise";
        var day = (application.SubmittedAt ?? application.CreatedAt).UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
        var ask = application.State switch
        {
            ApplicationState.Interview => "Thank you again for the conversation. May I ask how the decision stands?",
            ApplicationState.Screening => "May I ask how it stands, and whether there is anything further that I can send you?",
            _ => (now - (application.SubmittedAt ?? now)).TotalDays >= 21
                ? "I have not heard from you yet. May I ask whether the position is still open?"
                : "May I ask whether you have been able to look at it?",
        };
        return $"{greeting}\n\non {day} I applied for {position}. I am still interested in it. {ask}\n\nThank you for your time.";
    }

    private static string? OneLine(string? text) => text is null ? null : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
