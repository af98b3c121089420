using System.Collections.Immutable;

using Microsoft.CodeAnalysis;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <summary>An error of the compiler where a person finds it. Lines and columns count from 1.</summary>
internal sealed record CodeError(string Id, string Path, int Line, int Column, string Message)
{
    internal static CodeError Of(Diagnostic diagnostic)
    {
        var at = diagnostic.Location.GetLineSpan();
        return new CodeError(diagnostic.Id, at.Path ?? "", at.StartLinePosition.Line + 1, at.StartLinePosition.Character + 1, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{Path}({Line},{Column}): {Id}: {Message}";
}

internal static class CodeErrors
{
    /// <summary>Errors of a whole project in the order of files and lines.</summary>
    internal static async Task<ImmutableArray<Diagnostic>> OfAsync(Project project, CancellationToken cancel)
    {
        var compilation = await project.GetCompilationAsync(cancel);
        return
        [
            .. compilation!.GetDiagnostics(cancel).Where(d => d.Severity == DiagnosticSeverity.Error)
                .OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start),
        ];
    }
}
