namespace Mainstreet.Foundation.Web.Pages;

/// <summary>An entry of the navigation and of the home page; modules register theirs as singletons.</summary>
/// <param name="Path">Path of the page.</param>
/// <param name="Text">One or two words.</param>
/// <param name="Hint">What one does there, one sentence.</param>
/// <param name="Order">Place among the others, ascending.</param>
/// <param name="Roles">Who is shown it; the page itself asks for a permission.</param>
public sealed record PageLink(string Path, string Text, string Hint, int Order, params IReadOnlyList<string> Roles)
{
    internal bool IsFor(Authorization.Caller caller) => Roles.Any(r => r == Authorization.Roles.Anyone || caller.HasRole(r));
}
