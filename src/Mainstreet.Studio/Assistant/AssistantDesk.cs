using System.Runtime.CompilerServices;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Assistant.Models;
using Mainstreet.Studio.Assistant.Usage;
using Mainstreet.Studio.CSharp;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Assistant;

/// <summary>
/// Decides who answers: the models in their order, and after them the built-in assistant, which alone completes C# since it answers while one
/// types. A request may name its provider. The last event is the answer or the refusal.
/// </summary>
internal sealed partial class AssistantDesk(ModelAssistant models, TokenLedger ledger, IOptions<AssistantOptions> options, AssistantMetrics metrics, TimeProvider clock, IHostApplicationLifetime host, ILogger<AssistantDesk> log) : IDisposable
{
    private readonly SemaphoreSlim _offline = new(options.Value.OfflineParallelism, options.Value.OfflineParallelism);

    /// <summary>Whether a request may name it.</summary>
    internal bool Knows(string provider) => provider == BuiltIn.Name || models.Knows(provider);

    /// <param name="task">What is asked.</param>
    /// <param name="api">Where templates find this server.</param>
    /// <param name="cancel">The person went away.</param>
    internal async IAsyncEnumerable<AssistantEvent> AnswerAsync(AssistantTask task, string api, [EnumeratorCancellation] CancellationToken cancel)
    {
        var builtInFirst = task.Provider == BuiltIn.Name || (task.Provider is null && task.Feature == AiFeature.Complete && task.Language == "csharp");
        Problem? refused = null;
        if (!builtInFirst && models.Any)
        {
            await foreach (var step in models.AnswerAsync(task, cancel))
            {
                if (step is AssistantEvent.Refused { Problem: var problem }) refused = problem;
                else if (step is not AssistantEvent.Done done) yield return step;
                else
                {
                    yield return new AssistantEvent.Done(done.Answer with { Base = task.Base });
                    yield break;
                }
            }
            if (task.Provider is not null)
            {
                yield return new AssistantEvent.Refused(refused!);
                yield break;
            }
        }
        yield return new AssistantEvent.Progress(BuiltIn.Name, "working", 0);
        var answered = await OfflineAsync(task, api, cancel);
        // Why the model did not do it says more than that the built-in assistant cannot.
        yield return answered.Ok ? new AssistantEvent.Done(answered.Value with { Base = task.Base }) : new AssistantEvent.Refused(refused ?? answered.Problem);
    }

    public void Dispose() => _offline.Dispose();

    private async Task<Outcome<AssistantAnswer>> OfflineAsync(AssistantTask task, string api, CancellationToken cancel)
    {
        // Loading the compiler, once in a process, is nobody's own time.
        if (!CompilerHost.IsLoaded) await Task.Run(() => CompilerHost.Own, cancel);
        using var deadline = new CancellationTokenSource(options.Value.OfflineTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        var started = clock.GetTimestamp();
        try
        {
            await _offline.WaitAsync(either.Token);
            // The compiler works on this thread for long; the caller's continuations do not wait behind it. It does not always hear that it shall stop: what is given up keeps
            // its place until it ends.
            var work = Task.Run(() => BuiltInAssistant.AnswerAsync(task, api, either.Token), CancellationToken.None);
            _ = work.ContinueWith(_ => _offline.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            var answer = await work.WaitAsync(either.Token);
            if (!answer.Ok) return answer.Problem;
            var tokens = new AiTokens(TokenEstimate.Of(task.Prompt) + TokenEstimate.Of(task.Code), answer.Value.TokensUsed - TokenEstimate.Of(task.Prompt) - TokenEstimate.Of(task.Code), 0, true);
            metrics.Answered(BuiltIn.Name, task.Feature, "done", clock.GetElapsedTime(started), tokens);
            await ledger.NoteAsync(task.Purpose, tokens, host.ApplicationStopped);
            return answer;
        }
        catch (SourceRefusedException refused)
        {
            return AssistantProblems.CodeRefused.With(refused.Message);
        }
        catch (InsufficientExecutionStackException)
        {
            return AssistantProblems.CodeRefused.With("It nests too deep.");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            Log.TooSlow(log, task.Feature, options.Value.OfflineTimeout.TotalSeconds);
            return AssistantProblems.TooSlow;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6310, LogLevel.Warning, "The built-in assistant took longer than {Seconds} s for {Feature}")]
        internal static partial void TooSlow(ILogger log, string feature, double seconds);
    }
}
