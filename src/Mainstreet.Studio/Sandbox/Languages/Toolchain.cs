using Mainstreet.Studio.Sandbox.Caging;

namespace Mainstreet.Studio.Sandbox.Languages;

/// <summary>How a language is run on this machine.</summary>
/// <param name="Program">Path of its program, inside the cage as outside.</param>
/// <param name="Folders">Folders besides the machine's usual ones that it needs.</param>
internal sealed record Toolchain(SandboxLanguage Language, string Program, IReadOnlyList<string> Folders)
{
    private static readonly Dictionary<string, string> Common = new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = "/tmp", ["TMPDIR"] = "/tmp", ["LANG"] = "C.UTF-8", ["TZ"] = "UTC", ["USER"] = "runner",
    };

    /// <summary>The languages that are installed here.</summary>
    internal static IReadOnlyDictionary<SandboxLanguage, Toolchain> Find()
    {
        var found = new Dictionary<SandboxLanguage, Toolchain>();
        void Add(SandboxLanguage language, string? program, params IReadOnlyList<string> folders)
        {
            if (program is not null) found[language] = new Toolchain(language, program, folders);
        }

        Add(SandboxLanguage.Shell, CageTools.Program("sh"));
        Add(SandboxLanguage.Python, CageTools.Program("python3"));
        Add(SandboxLanguage.Javascript, CageTools.Program("node"));
        if (Runtime() is { } runtime) Add(SandboxLanguage.Csharp, Path.Combine(runtime, "dotnet"), [.. runtime.StartsWith("/usr/", StringComparison.Ordinal) ? Array.Empty<string>() : [runtime]]);
        return found;
    }

    /// <summary>The program's arguments in the cage.</summary>
    /// <param name="entry">Path of the file to start.</param>
    internal IReadOnlyList<string> Line(string? entry) => Language switch
    {
        SandboxLanguage.Csharp => [Program, "exec", "--runtimeconfig", $"/out/{CSharpProgram.RuntimeFile}", $"/out/{CSharpProgram.ProgramFile}"],
        _ => [Program, $"/app/{entry}"],
    };

    /// <summary>The variables that the program gets.</summary>
    internal IReadOnlyDictionary<string, string> Environment(long memoryBytes)
    {
        var variables = new Dictionary<string, string>(Common);
        switch (Language)
        {
            case SandboxLanguage.Python:
                // What it wrote before a limit ended it shall be seen.
                variables["PYTHONUNBUFFERED"] = "1";
                variables["PYTHONDONTWRITEBYTECODE"] = "1";
                break;
            case SandboxLanguage.Csharp:
                // The runtime does not see the group's limit from inside. Three quarters for the heap leave room for the rest.
                variables["DOTNET_GCHeapHardLimit"] = FormattableString.Invariant($"0x{memoryBytes / 4 * 3:X}");
                variables["DOTNET_PROCESSOR_COUNT"] = "1";
                variables["DOTNET_EnableDiagnostics"] = "0";
                variables["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
                variables["DOTNET_TieredPGO"] = "0";
                variables["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
                break;
        }

        return variables;
    }

    /// <summary>The folder of the .NET that this server runs on; null where it brought its own along.</summary>
    private static string? Runtime()
    {
        // .../shared/Microsoft.NETCore.App/10.0.0/System.Private.CoreLib.dll
        var library = typeof(object).Assembly.Location;
        if (library.Length == 0) return null;
        var root = Path.GetFullPath(Path.Combine(library, "../../../.."));
        return File.Exists(Path.Combine(root, "dotnet")) && Directory.Exists(Path.Combine(root, "shared", "Microsoft.NETCore.App")) ? root : null;
    }
}
