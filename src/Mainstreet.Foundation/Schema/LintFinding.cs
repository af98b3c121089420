namespace Mainstreet.Foundation.Schema;

/// <summary>A statement of a migration that blocks writers, loses data or breaks the program's release before.</summary>
/// <param name="Rule">The rule's name, as an exception names it.</param>
/// <param name="Line">The statement's line in its file, from 1.</param>
/// <param name="Statement">Its first words.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record LintFinding(string Rule, int Line, string Statement, string Message);
