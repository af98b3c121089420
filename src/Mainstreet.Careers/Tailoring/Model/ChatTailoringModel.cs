using System.Text;

using Mainstreet.Foundation.Models;

using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Tailoring.Model;

/// <summary>
/// Asks the configured model, within the person's budget of the day and a deadline; after several failures in a row it is left alone for a while.
/// Whenever there is no answer the document is the offline composer's.
/// </summary>
internal sealed partial class ChatTailoringModel(
    IChatClient model, ModelBudget budget, IOptions<TailoringModelOptions> options, TimeProvider clock, TailoringMetrics metrics, ILogger<ChatTailoringModel> log) : ITailoringModel
{
    // English has four bytes to a token and Chinese two or three: what a question is counted at before it is asked is on the safe side.
    private const int BytesPerToken = 2;

    private readonly TailoringModelOptions _options = options.Value;
    private readonly CircuitBreaker _breaker = new(options.Value.FailuresBeforeBreak, options.Value.Break, clock);

    public async Task<IReadOnlyList<ProposedBlock>?> ProposeAsync(TailoringQuestion question, CancellationToken cancel)
    {
        var messages = TailoringPrompt.Ask(question);
        var most = messages.Sum(message => (long)Encoding.UTF8.GetByteCount(message.Text)) / BytesPerToken + _options.MaximumAnswerTokens;
        if (!_breaker.TryEnter())
        {
            metrics.ModelAsked("left_alone");
            return null;
        }

        if (await TakeAsync(question.AccountId, most, cancel) is not { } day)
        {
            _breaker.GaveUp();
            metrics.ModelAsked("out_of_budget");
            return null;
        }

        var (outcome, answer) = await AskAsync(messages, cancel);
        if (answer?.Usage is { } usage && (usage.TotalTokenCount ?? usage.InputTokenCount + usage.OutputTokenCount) is { } spent)
            await budget.SettleAsync(question.AccountId, day, most, Math.Max(0, spent), CancellationToken.None);
        var blocks = TailoringPrompt.Read(answer?.Text);
        if (answer is not null && blocks is null)
        {
            Log.Useless(log);
            outcome = "useless";
        }

        if (blocks is not null) _breaker.Succeeded();
        else if (_breaker.Failed()) Log.LeftAlone(log, _options.Break.TotalSeconds);
        metrics.ModelAsked(outcome);
        return blocks;
    }

    private async Task<DateOnly?> TakeAsync(Guid accountId, long most, CancellationToken cancel)
    {
        try
        {
            return await budget.TakeAsync(accountId, most, cancel);
        }
        catch
        {
            _breaker.GaveUp();
            throw;
        }
    }

    private async Task<(string Outcome, ChatResponse? Answer)> AskAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            // A client may ignore its token; the document still does not wait.
            return ("answered", await model.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = _options.MaximumAnswerTokens }, either.Token).WaitAsync(either.Token));
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            _breaker.GaveUp();
            throw new OperationCanceledException(cancel);
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            Log.Slow(log, _options.Timeout.TotalSeconds);
            return ("slow", null);
        }
        catch (Exception failure)
        {
            // Each provider's client has its own exceptions. Their messages may quote the profile, so only the kind is logged.
            Log.Failed(log, failure.GetType().Name);
            return ("failed", null);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5100, LogLevel.Warning, "The tailoring model took longer than {Seconds} s; the document is written without it")]
        internal static partial void Slow(ILogger log, double seconds);

        [LoggerMessage(5101, LogLevel.Warning, "The tailoring model failed with {Kind}; the document is written without it")]
        internal static partial void Failed(ILogger log, string kind);

        [LoggerMessage(5102, LogLevel.Warning, "The tailoring model's answer was not of the form asked for; the document is written without it")]
        internal static partial void Useless(ILogger log);

        [LoggerMessage(5103, LogLevel.Error, "The tailoring model is left alone for {Seconds} s after repeated failures")]
        internal static partial void LeftAlone(ILogger log, double seconds);
    }
}
