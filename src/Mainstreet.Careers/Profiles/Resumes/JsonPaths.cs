namespace Mainstreet.Careers.Profiles.Resumes;

/// <summary>JSON paths as RFC 9535 writes them.</summary>
internal static class JsonPaths
{
    internal static string Member(string path, string name) => name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c == '_') && !char.IsDigit(name[0])
        ? $"{path}.{name}"
        : $"{path}['{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']";
}
