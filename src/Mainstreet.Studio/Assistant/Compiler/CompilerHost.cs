using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <summary>
/// Roslyn with its own code fixes and refactorings, one for the process: loading it takes seconds. Only the compiler's own providers are
/// loaded: analyzers, generators and build files of a project are text here and never run.
/// </summary>
internal sealed class CompilerHost
{
    private static readonly Lazy<CompilerHost> Shared = new(() => new CompilerHost());

    private static readonly CSharpParseOptions Parse = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest).WithDocumentationMode(DocumentationMode.None);

    private readonly MefHostServices _services;
    private readonly ConcurrentDictionary<(bool Application, string Usings), Project> _bases = new();

    private CompilerHost()
    {
        Assembly[] features = [Assembly.Load("Microsoft.CodeAnalysis.Features"), Assembly.Load("Microsoft.CodeAnalysis.CSharp.Features")];
        _services = MefHostServices.Create(MefHostServices.DefaultAssemblies.Concat(features));
        Fixes = Create<CodeFixProvider>(features, type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>()?.Languages);
        Refactorings = Create<CodeRefactoringProvider>(features, type => type.GetCustomAttribute<ExportCodeRefactoringProviderAttribute>()?.Languages);
    }

    internal static CompilerHost Own => Shared.Value;

    /// <summary>Whether <see cref="Own"/> answers at once.</summary>
    internal static bool IsLoaded => Shared.IsValueCreated;

    /// <summary>False where there is nothing to compile against: then C# is text like any other.</summary>
    internal static bool CanCompile => CompilerReferences.All.Length > 0;

    internal ImmutableArray<CodeFixProvider> Fixes { get; }

    internal ImmutableArray<CodeRefactoringProvider> Refactorings { get; }

    /// <summary>
    /// The files as a project of their own. A program with top-level statements is an application, anything else a library.
    /// </summary>
    /// <param name="files">Paths and texts of the C# files.</param>
    /// <param name="implicitUsings">Global usings to add, one namespace each.</param>
    internal Project Open(IEnumerable<(string Path, string Text)> files, IReadOnlyCollection<string> implicitUsings)
    {
        var all = files.ToList();
        var application = all.Exists(file => IsProgram(file.Text));
        var project = _bases.GetOrAdd((application, string.Concat(implicitUsings.Select(name => $"global using global::{name};\n"))), Base);
        return all.Aggregate(project, (made, file) => made.AddDocument(Path.GetFileName(file.Path), SourceText.From(file.Text), filePath: file.Path).Project);
    }

    /// <summary>Whether it begins with statements. Statements after a type are what a misplaced brace leaves, not a program.</summary>
    internal static bool IsProgram(string text) =>
        CSharpSyntaxTree.ParseText(text, Parse).GetRoot() is CompilationUnitSyntax { Members: [GlobalStatementSyntax, ..] };

    // Each request works on a copy of a project whose references are bound already: binding them is most of the work of a small compilation.
    private Project Base((bool Application, string Usings) kind)
    {
        var options = new CSharpCompilationOptions(
            kind.Application ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: false, concurrentBuild: false, deterministic: true, nullableContextOptions: NullableContextOptions.Enable);
        var project = new AdhocWorkspace(_services).CurrentSolution
            .AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Project", "Project", LanguageNames.CSharp, compilationOptions: options, parseOptions: Parse, metadataReferences: CompilerReferences.All))
            .Projects.Single();
        if (kind.Usings.Length > 0) project = project.AddDocument(ImplicitFile, SourceText.From(kind.Usings), filePath: ImplicitFile).Project;
        // Copies take over what is bound here; work of the processor alone, so waiting for it blocks nobody else.
        _ = project.GetCompilationAsync().GetAwaiter().GetResult()!.GetDiagnostics();
        return project;
    }

    /// <summary>Name of the file of global usings, which is nobody's.</summary>
    internal const string ImplicitFile = "obj/implicit.g.cs";

    // The container would create them one by one with imports that need an editor; those that can stand alone are enough.
    private static ImmutableArray<T> Create<T>(Assembly[] assemblies, Func<Type, string[]?> languages)
        where T : class
    {
        var made = ImmutableArray.CreateBuilder<T>();
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.IsAbstract && typeof(T).IsAssignableFrom(type)).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            if (languages(type)?.Contains(LanguageNames.CSharp) != true || type.GetConstructor(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, []) is null) continue;
            try
            {
                made.Add((T)Activator.CreateInstance(type, nonPublic: true)!);
            }
            catch (TargetInvocationException)
            {
                // A provider that needs more than itself; there are others.
            }
        }
        return made.ToImmutable();
    }
}
