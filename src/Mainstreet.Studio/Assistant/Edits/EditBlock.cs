namespace Mainstreet.Studio.Assistant.Edits;

/// <summary>A change as an assistant writes it: these lines of this file, by those.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Search">Lines that stand in the file exactly once; empty for a file that is not there yet.</param>
/// <param name="Replace">What takes their place.</param>
internal sealed record EditBlock(string Path, string Search, string Replace);

/// <summary>A file as it shall be, after every block of it was found in the file as it is.</summary>
/// <param name="Before">Null for a new file.</param>
internal sealed record CheckedEdit(string Path, string? Before, string After);

/// <summary>Why a block is refused.</summary>
/// <param name="Code">edit_not_found, edit_ambiguous, edit_path_refused or edit_empty.</param>
/// <param name="Line">Where the nearest real lines begin, from 1; null when there are none.</param>
/// <param name="Nearest">The lines of the file that are most like those that were searched for.</param>
internal sealed record EditFault(string Path, string Code, string Detail, int? Line = null, string? Nearest = null);
