using System.Collections.Immutable;

using Microsoft.CodeAnalysis;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <summary>
/// What C# is compiled against: the assemblies of the framework that this process runs on. No SDK is needed, and nothing of the server's own
/// or of a user's is among them.
/// </summary>
internal static class CompilerReferences
{
    private static readonly string[] Families = ["System.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Microsoft.Win32."];
    private static readonly string[] Singles = ["System", "mscorlib", "netstandard", "Microsoft.CSharp", "Microsoft.AspNetCore"];

    private static readonly Lazy<ImmutableArray<MetadataReference>> Loaded = new(Load);

    /// <summary>Empty where the process has no assemblies on disk (published as a single file): then C# cannot be checked.</summary>
    internal static ImmutableArray<MetadataReference> All => Loaded.Value;

    private static ImmutableArray<MetadataReference> Load()
    {
        var trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var core = Path.GetDirectoryName(typeof(object).Assembly.Location);
        return
        [
            .. trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Where(path => IsFramework(Path.GetFileNameWithoutExtension(path)))
                // Packages of the server lie beside it; the framework does not, unless both were published together.
                .Where(path => own == core || Path.GetDirectoryName(path) != own)
                .Order(StringComparer.Ordinal)
                .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)),
        ];
    }

    private static bool IsFramework(string name) =>
        Singles.Contains(name, StringComparer.Ordinal) || Families.Any(family => name.StartsWith(family, StringComparison.Ordinal));
}
