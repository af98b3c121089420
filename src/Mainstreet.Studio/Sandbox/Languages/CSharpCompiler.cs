using System.Globalization;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.CSharp;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox.Languages;

/// <summary>
/// Compiles C# in this process, from text to bytes: no analyzer, generator, project file, key file, resource or include of a user's is ever read or loaded, and what comes
/// out is only ever loaded in the cage. One at a time, so that sources made to be slow hold up nothing but each other. The compiler does not always hear that it shall stop: one that is
/// given up goes on by itself, and while several do nothing more is compiled.
/// </summary>
internal sealed class CSharpCompiler(IOptions<SandboxOptions> options, TimeProvider clock) : IDisposable
{
    private const int MostErrors = 50;

    private const int MostRunning = 3;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private const string Usual = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.None);

    private static readonly CSharpCompilationOptions Compiling = new(
        OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> Libraries = new(() =>
        [.. Directory.EnumerateFiles(RuntimeFolder, "*.dll").Where(IsLibrary).Order(StringComparer.Ordinal).Select(f => MetadataReference.CreateFromFile(f))]);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _running;

    private static string RuntimeFolder => Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static string RuntimeConfig => JsonSerializer.Serialize(new
    {
        runtimeOptions = new { tfm = $"net{Environment.Version.Major}.0", framework = new { name = "Microsoft.NETCore.App", version = Environment.Version.ToString(3) } },
    });

    /// <summary>Compiles every <c>.cs</c> file; others are left to the program to read.</summary>
    /// <returns>The program or its errors; or sandbox_busy.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting or compiling.</exception>
    internal async Task<Outcome<CSharpProgram>> CompileAsync(IReadOnlyDictionary<string, byte[]> files, CancellationToken cancel)
    {
        var sources = files.Where(f => f.Key.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)).OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        if (sources.Count == 0) return new CSharpProgram(null, "error: there is no .cs file\n");
        if (sources.Sum(s => (long)s.Value.Length) > options.Value.MaxSourceBytes)
            return new CSharpProgram(null, string.Create(CultureInfo.InvariantCulture, $"error: there are more than {options.Value.MaxSourceBytes} bytes of source\n"));
        await _turn.WaitAsync(cancel);
        try
        {
            if (Volatile.Read(ref _running) >= MostRunning) return SandboxProblems.Busy;
            using var limit = new CancellationTokenSource(options.Value.LongestCompile, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            try
            {
                // Deeply nested sources need stack, which the compiler checks for; more of it than a thread of the pool has lets more of them through.
                return await OnThreadAsync(() => Compile(sources, either.Token)).WaitAsync(options.Value.LongestCompile + Grace, clock, cancel);
            }
            catch (Exception late) when (late is TimeoutException || (late is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                return new CSharpProgram(null, "error: compiling takes too long\n");
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static CSharpProgram Compile(List<KeyValuePair<string, byte[]>> sources, CancellationToken cancel)
    {
        if (SourceGuard.WhyNot(sources.Select(s => (s.Key, Text(s.Value)))) is { } refused) return new CSharpProgram(null, $"error: {refused}\n");
        var trees = sources.ConvertAll(s => CSharpSyntaxTree.ParseText(SourceText.From(Text(s.Value), Encoding.UTF8), Parsing, s.Key, cancel));
        trees.Add(CSharpSyntaxTree.ParseText(SourceText.From(Usual, Encoding.UTF8), Parsing, "usings.g.cs", cancel));
        var compilation = CSharpCompilation.Create("program", trees, Libraries.Value, Compiling);
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded), cancellationToken: cancel);
        if (!emitted.Success) return new CSharpProgram(null, Errors(emitted.Diagnostics));
        return new CSharpProgram(
            new Dictionary<string, byte[]> { [CSharpProgram.ProgramFile] = assembly.ToArray(), [CSharpProgram.RuntimeFile] = Encoding.UTF8.GetBytes(RuntimeConfig) }, "");
    }

    private static string Errors(IEnumerable<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        var text = new StringBuilder();
        foreach (var error in errors.Take(MostErrors)) text.Append(CSharpDiagnosticFormatter.Instance.Format(error, CultureInfo.InvariantCulture)).Append('\n');
        if (errors.Count > MostErrors) text.Append(CultureInfo.InvariantCulture, $"and {errors.Count - MostErrors} more errors\n");
        return text.ToString();
    }

    private static string Text(byte[] content) => new UTF8Encoding(false).GetString(content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsSpan(3) : content);

    private static bool IsLibrary(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "Microsoft.CSharp.dll" or "Microsoft.Win32.Primitives.dll";
    }

    private Task<T> OnThreadAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref _running);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (OperationCanceledException cancelled)
            {
                done.SetCanceled(cancelled.CancellationToken);
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }, maxStackSize: 16_777_216)
        { IsBackground = true, Name = "sandbox compiler" };
        thread.Start();
        return done.Task;
    }
}
