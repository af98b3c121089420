using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio;

/// <summary>What can stand in the way, where more than one use case answers it.</summary>
internal static class StudioProblems
{
    internal static readonly Problem ProjectNotFound = new(404, "project_not_found", "There is no such project.");

    internal static readonly Problem FileNotFound = new(404, "file_not_found", "The project has no such file.");
}
