using System.Runtime.Loader;

using Mainstreet.Studio.Assistant.Compiler;

namespace Mainstreet.Studio.Tests.Assistant.Corpus;

/// <summary>What a program of the corpus answers when it runs; only programs that these tests wrote themselves are run here.</summary>
internal static class Behaviour
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>The answer of <c>Program.Run</c>; or what went wrong, in brackets.</returns>
    internal static async Task<string> OfAsync(string code, CancellationToken cancel)
    {
        var compilation = await ProjectCode.OfSnippet(code).Project.GetCompilationAsync(cancel);
        using var image = new MemoryStream();
        var emitted = compilation!.Emit(image, cancellationToken: cancel);
        if (!emitted.Success) return "[does not compile]";
        image.Position = 0;
        var context = new AssemblyLoadContext(null, isCollectible: true);
        try
        {
            const System.Reflection.BindingFlags ours = System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static;
            var program = context.LoadFromStream(image).GetType("Program");
            // A refactoring may make a property of it.
            var run = program?.GetMethod("Run", ours) ?? program?.GetProperty("Run", ours)?.GetMethod;
            if (run is null) return "[has no Run]";
            var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            // A wrongly mended loop may never end: it gets a thread of its own that does not hold up the process.
            var thread = new Thread(() =>
            {
                try
                {
                    answer.TrySetResult((string?)run.Invoke(null, null) ?? "[null]");
                }
                catch (System.Reflection.TargetInvocationException thrown)
                {
                    answer.TrySetResult($"[threw {thrown.InnerException?.GetType().Name}]");
                }
            })
            { IsBackground = true };
            thread.Start();
            return await answer.Task.WaitAsync(Patience, cancel);
        }
        catch (TimeoutException)
        {
            return "[does not end]";
        }
        finally
        {
            context.Unload();
        }
    }
}
