namespace Mainstreet.Careers.Profiles.Import;

/// <summary>Something that a person should look at after an import.</summary>
/// <param name="Path">JSON path of what was guessed; null for words that found no place in the profile.</param>
/// <param name="Message">What is unsure about it.</param>
/// <param name="Text">The line as the file has it.</param>
public sealed record ImportNote(string? Path, string Message, string Text);
