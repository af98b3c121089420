using System.Collections.Frozen;

namespace Mainstreet.Careers.Applications;

/// <param name="Required">Must be ticked before the application counts as submitted by hand.</param>
internal sealed record ChecklistItem(string Key, string Text, bool Required, bool Done);

/// <summary>What somebody does who hands an application in by hand.</summary>
internal static class ApplyChecklist
{
    internal static readonly FrozenSet<string> Keys = new[] { "open", "resume", "letter", "questions", "sent" }.ToFrozenSet(StringComparer.Ordinal);

    internal static IReadOnlyList<ChecklistItem> Of(JobApplication application)
    {
        var ticked = application.Ticked;
        var items = new List<ChecklistItem> { Item("open", application.PostingUrl is { } url ? $"Open the posting: {url}" : "Open the posting", false) };
        if (application.ResumeId is not null) items.Add(Item("resume", "Upload the résumé that you looked at", false));
        if (application.LetterId is not null) items.Add(Item("letter", "Add the letter", false));
        items.Add(Item("questions", "Answer the form's own questions yourself: what they ask is not in your profile", false));
        items.Add(Item("sent", "Send it, and see that the company confirms it", true));
        return items;

        ChecklistItem Item(string key, string text, bool required) => new(key, text, required, ticked.Contains(key));
    }
}
