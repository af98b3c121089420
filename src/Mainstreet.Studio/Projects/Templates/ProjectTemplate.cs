namespace Mainstreet.Studio.Projects.Templates;

/// <summary>What a project may begin from.</summary>
/// <param name="Name">Stable, for requests.</param>
/// <param name="Title">Two or three words.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Language">Most of its files: html or csharp.</param>
public sealed record ProjectTemplate(string Name, string Title, string Description, string Language);
