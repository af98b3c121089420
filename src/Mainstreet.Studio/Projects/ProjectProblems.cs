using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Projects;

internal static class ProjectProblems
{
    internal static readonly Problem InvalidPath = new(400, "invalid_path", "This is no path of a project.");

    internal static readonly Problem PathClash = new(422, "path_clash", "Two paths would be one on some systems.");

    internal static readonly Problem TooManyProjects = new(409, "too_many_projects", "You have as many projects as there may be.");

    internal static readonly Problem TooManyFiles = new(422, "too_many_files", "A project has no room for so many files.");

    internal static readonly Problem FileTooLarge = new(413, "file_too_large", "The file is too large.");

    internal static readonly Problem ProjectTooLarge = new(422, "project_too_large", "The project's files are too large together.");

    internal static readonly Problem HistoryTooLarge = new(422, "history_too_large", "The project's history has no room for more; export it and import it as a new project.");

    internal static readonly Problem ArchiveTooLarge = new(413, "archive_too_large", "The archive is too large.");

    internal static readonly Problem ArchiveBroken = new(400, "archive_broken", "The archive cannot be read.");

    internal static readonly Problem ArchiveRefused = new(422, "archive_refused", "The archive holds something that is no plain file.");

    internal static readonly Problem TemplateUnknown = new(400, "template_unknown", "There is no such template.");

    internal static readonly Problem CommitNotFound = new(404, "commit_not_found", "The project has no such commit.");

    internal static readonly Problem RevertConflict = new(409, "revert_conflict", "What the commit did was changed again since; go back to a state instead.");

    internal static readonly Problem BaseMoved = new(409, "base_moved", "The project has newer commits than the one that this is based on.");

    internal static readonly IReadOnlyList<Problem> All =
    [
        InvalidPath, PathClash, TooManyProjects, TooManyFiles, FileTooLarge, ProjectTooLarge, HistoryTooLarge, ArchiveTooLarge, ArchiveBroken, ArchiveRefused, TemplateUnknown,
        CommitNotFound, RevertConflict, BaseMoved,
    ];
}
