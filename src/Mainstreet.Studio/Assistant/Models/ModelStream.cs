using System.Runtime.CompilerServices;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Assistant.Usage;

using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Assistant.Models;

/// <summary>A question to a model.</summary>
/// <param name="Instructions">The same for many questions, so that the provider can keep it.</param>
/// <param name="Content">What is special about this one.</param>
internal sealed record ModelQuestion(string Instructions, string Content, int MaxOutputTokens)
{
    internal IEnumerable<string> Texts => [Instructions, Content];
}

/// <summary>How an answer ended.</summary>
internal enum AnswerEnd
{
    /// <summary>The model said all.</summary>
    Whole,

    /// <summary>The cap, or the longest answer, was reached.</summary>
    Capped,

    /// <summary>The provider failed: before the first piece, or in the middle.</summary>
    Failed,

    /// <summary>The provider is left alone at present; it was not asked.</summary>
    LeftAlone,

    /// <summary>The budget has too little left; it was not asked.</summary>
    NoBudget,
}

/// <summary>A piece of an answer; the last one has an end, and the tokens.</summary>
internal sealed record ModelPiece(string Text, AnswerEnd? End = null, AiTokens? Tokens = null, Problem? Problem = null);

/// <summary>
/// Asks one model and streams its answer under leave of the ledger. Tokens are counted piece by piece: the piece that would pass the leave is
/// the last one taken from the provider, and is not passed on. However the stream ends (whole, capped, failed, given up by the person), the
/// ledger learns it once.
/// </summary>
internal sealed partial class ModelStream(TokenLedger ledger, IOptions<AssistantOptions> options, AssistantMetrics metrics, TimeProvider clock, IHostApplicationLifetime host, ILogger<ModelStream> log)
{
    internal async IAsyncEnumerable<ModelPiece> AskAsync(RegisteredModel model, AiPurpose purpose, ModelQuestion question, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!model.Breaker.TryEnter())
        {
            yield return new ModelPiece("", AnswerEnd.LeftAlone);
            yield break;
        }
        var input = TokenEstimate.OfQuestion(question.Texts);
        var leave = await LeaveAsync(model, purpose, question, input, cancel);
        if (!leave.Ok)
        {
            model.Breaker.GaveUp();
            yield return new ModelPiece("", AnswerEnd.NoBudget, Problem: leave.Problem);
            yield break;
        }

        var run = new Run(leave.Value, input, question);
        var started = clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.Value.AnswerTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        var messages = new[]
        {
            new ChatMessage(ChatRole.System, [Foundation.Models.ModelConnection.Cached(question.Instructions)]),
            new ChatMessage(ChatRole.User, question.Content),
        };
        var most = (int)Math.Min(question.MaxOutputTokens, Math.Max(1, leave.Value.Tokens - input));
        var pieces = model.Client.GetStreamingResponseAsync(messages, new ChatOptions { MaxOutputTokens = most }, either.Token).GetAsyncEnumerator(either.Token);
        Task<bool>? next = null;
        try
        {
            while (run.End is null)
            {
                try
                {
                    var patience = run.AnyPiece ? model.Settings.NextPieceTimeout : model.Settings.FirstPieceTimeout;
                    next = pieces.MoveNextAsync().AsTask();
                    // A client may ignore its token; nobody waits for it all the same.
                    if (!await next.WaitAsync(patience, clock, either.Token))
                    {
                        run.End = run.Reason == ChatFinishReason.Length ? AnswerEnd.Capped : AnswerEnd.Whole;
                        break;
                    }
                }
                catch (Exception) when (cancel.IsCancellationRequested)
                {
                    run.GivenUp = true;
                    throw new OperationCanceledException(cancel);
                }
                catch (Exception failure)
                {
                    // Each provider's client has its own exceptions. Their messages may quote the question, so only the kind is logged.
                    Log.Failed(log, model.Name, failure.GetType().Name);
                    run.Slow = failure is TimeoutException || deadline.IsCancellationRequested;
                    run.End = AnswerEnd.Failed;
                    break;
                }
                var text = run.Take(pieces.Current);
                if (run.End is null && text.Length > 0) yield return new ModelPiece(text);
            }
        }
        finally
        {
            // Also when whoever reads goes away between two pieces.
            if (run.End is null) run.GivenUp = true;
            await either.CancelAsync();
            await CloseAsync(pieces, next);
            Judge(model, run);
            metrics.Answered(model.Name, purpose.Feature, run.GivenUp ? "stopped" : run.End.ToString()!, clock.GetElapsedTime(started), run.Tokens);
            await ledger.CloseAsync(purpose, leave.Value, run.State, run.Tokens, host.ApplicationStopped);
        }
        yield return new ModelPiece("", run.End, run.Tokens);
    }

    private async Task<Outcome<AiLeave>> LeaveAsync(RegisteredModel model, AiPurpose purpose, ModelQuestion question, long input, CancellationToken cancel)
    {
        try
        {
            return await ledger.OpenAsync(purpose, model.Name, model.Model, input, question.MaxOutputTokens, cancel);
        }
        catch
        {
            // Whoever may call must report.
            model.Breaker.GaveUp();
            throw;
        }
    }

    private void Judge(RegisteredModel model, Run run)
    {
        if (run.GivenUp) model.Breaker.GaveUp();
        else if (run.End != AnswerEnd.Failed) model.Breaker.Succeeded();
        else if (model.Breaker.Failed()) Log.LeftAlone(log, model.Name, model.Settings.Break.TotalSeconds);
    }

    // A stream that is still busy is let go: it ends by its token, and holds nothing that anybody waits for.
    private static async Task CloseAsync(IAsyncEnumerator<ChatResponseUpdate> pieces, Task<bool>? last)
    {
        if (last is { IsCompleted: false })
        {
            _ = last.ContinueWith(async ended => { _ = ended.Exception; await QuietlyAsync(pieces); }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return;
        }
        await QuietlyAsync(pieces);
    }

    private static async Task QuietlyAsync(IAsyncEnumerator<ChatResponseUpdate> pieces)
    {
        try
        {
            await pieces.DisposeAsync();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What breaks while a broken stream is put away says nothing new.
        }
    }

    /// <summary>One answer as it comes: what was counted, what was told, and how it ends.</summary>
    private sealed class Run(AiLeave leave, long input, ModelQuestion question)
    {
        private long _counted;
        private UsageDetails? _told;

        internal AnswerEnd? End { get; set; }

        internal bool GivenUp { get; set; }

        internal bool Slow { get; set; }

        internal bool AnyPiece { get; private set; }

        internal ChatFinishReason? Reason { get; private set; }

        internal AiUseState State => GivenUp || End == AnswerEnd.Capped ? AiUseState.Stopped : End == AnswerEnd.Failed ? AiUseState.Failed : AiUseState.Done;

        internal AiTokens Tokens
        {
            get
            {
                // A stream that ended early may have told its input already, never its whole output.
                var whole = End == AnswerEnd.Whole && !GivenUp;
                if (whole && _told is { InputTokenCount: { } asked, OutputTokenCount: { } answered }) return new AiTokens(asked, answered, _told.CachedInputTokenCount ?? 0, false);
                // Refused at the door: nothing was read. After a timeout it may have been.
                if (End == AnswerEnd.Failed && !AnyPiece && !Slow) return new AiTokens(0, 0, 0, true);
                var output = Math.Max(_counted, _told?.OutputTokenCount ?? 0);
                var paid = Math.Min(_told?.InputTokenCount ?? Asked, leave.Tokens);
                return new AiTokens(paid, output, _told?.CachedInputTokenCount ?? 0, true);
            }
        }

        private long Asked => Math.Min(input, question.Texts.Sum(TokenEstimate.Of));

        /// <returns>The piece's text; empty once the leave would be passed.</returns>
        internal string Take(ChatResponseUpdate update)
        {
            AnyPiece = true;
            Reason = update.FinishReason ?? Reason;
            foreach (var usage in update.Contents.OfType<UsageContent>()) _told = Merge(_told, usage.Details);
            var text = update.Text;
            if (text.Length == 0) return "";
            var tokens = Math.Max(1, TokenEstimate.Of(text));
            if (input + _counted + tokens > leave.Tokens)
            {
                // It was made, so it is paid for; up to the leave, which is what the cap rests on.
                _counted = leave.Tokens - input;
                End = AnswerEnd.Capped;
                return "";
            }
            _counted += tokens;
            return text;
        }

        // Providers tell the input at the start and the output at the end, or both at the end; what is told later is the sum so far.
        private static UsageDetails Merge(UsageDetails? told, UsageDetails more) => new()
        {
            InputTokenCount = Larger(told?.InputTokenCount, more.InputTokenCount),
            OutputTokenCount = Larger(told?.OutputTokenCount, more.OutputTokenCount),
            CachedInputTokenCount = Larger(told?.CachedInputTokenCount, more.CachedInputTokenCount),
        };

        private static long? Larger(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
    }

    private static partial class Log
    {
        [LoggerMessage(6300, LogLevel.Warning, "The model {Provider} failed with {Kind}")]
        internal static partial void Failed(ILogger log, string provider, string kind);

        [LoggerMessage(6301, LogLevel.Error, "The model {Provider} is left alone for {Seconds} s after repeated failures")]
        internal static partial void LeftAlone(ILogger log, string provider, double seconds);
    }
}
