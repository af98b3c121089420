using System.Text;

using Mainstreet.Studio.Assistant.Usage;
using Mainstreet.Studio.Projects;

namespace Mainstreet.Studio.Assistant;

/// <summary>What can be asked for; the last part of the route.</summary>
internal static class AiFeature
{
    internal const string Generate = "generate", Explain = "explain", Fix = "fix", Refactor = "refactor", Complete = "complete", Chat = "chat";

    internal static readonly IReadOnlyList<string> All = [Generate, Explain, Fix, Refactor, Complete, Chat];
}

/// <summary>One request, with the project's files as they are and the caller's unsaved text over them.</summary>
/// <param name="Feature">One of <see cref="AiFeature"/>.</param>
/// <param name="ProjectId">Null for a snippet.</param>
/// <param name="Path">The file that is meant; for a snippet a name that its language gives it.</param>
/// <param name="Language">As <see cref="Checks.LanguageName"/> spells it.</param>
/// <param name="Files">Text files by path; the one that is meant is among them when there is any code.</param>
/// <param name="Offset">Where the cursor is, in UTF-16 units of the file that is meant.</param>
/// <param name="Provider">Who shall answer; null for whoever comes first.</param>
/// <param name="Base">The project's commit that the files are of.</param>
internal sealed record AssistantTask(
    string Feature, Guid AccountId, Guid? ProjectId, string Path, string Language, IReadOnlyDictionary<string, string> Files, string Prompt, string Error, int? Offset, string? Provider, long? Base)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    internal AiPurpose Purpose => new(AccountId, ProjectId, Feature);

    internal string Code => Files.GetValueOrDefault(Path, "");

    internal bool HasCode => Files.ContainsKey(Path);

    /// <summary>The files of a project that are text, and small enough to work with.</summary>
    internal static Dictionary<string, string> TextsOf(ProjectSnapshot project, int largest)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in project.Files)
        {
            if (file.Content.Length > largest || file.Content.AsSpan().Contains((byte)0)) continue;
            try
            {
                texts[file.Path] = Strict.GetString(file.Content);
            }
            catch (DecoderFallbackException)
            {
                // Not text: an assistant has nothing to say about a picture.
                continue;
            }
        }
        return texts;
    }
}
