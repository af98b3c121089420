using Mainstreet.Foundation.Models;

using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Classification;

/// <summary>
/// Asks the configured model and falls back on the offline classifier when the model is slow, wrong or down; after several such
/// answers in a row it is left alone for a while. Never takes much longer than the configured timeout.
/// </summary>
/// <remarks>
/// The model's word is the answer; the confidence is what the word makes of the offline distribution by Bayes' rule, given the
/// model's assumed accuracy. A model that contradicts strong evidence (or was talked round by a report) so ends in triage.
/// </remarks>
internal sealed partial class ModelClassifier(
    IChatClient model, OfflineClassifier offline, IOptions<ClassifierOptions> options, TimeProvider clock,
    ClassifierMetrics metrics, ILogger<ModelClassifier> log) : ITradeClassifier
{
    private readonly ClassifierOptions _options = options.Value;
    private readonly CircuitBreaker _breaker = new(options.Value.FailuresBeforeBreak, options.Value.Break, clock);

    internal bool ModelIsLeftAlone => _breaker.IsOpen;

    public async ValueTask<TradeClassification> ClassifyAsync(string title, string description, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_breaker.TryEnter())
        {
            metrics.ModelAnswered(ModelOutcome.LeftAlone, TimeSpan.Zero);
            return await offline.ClassifyAsync(title, description, cancel);
        }
        var started = clock.GetTimestamp();
        var (outcome, word) = await AskAsync(title, description, cancel);
        metrics.ModelAnswered(outcome, clock.GetElapsedTime(started));
        if (outcome == ModelOutcome.Answered) _breaker.Succeeded();
        else if (_breaker.Failed()) Log.LeftAlone(log, _options.Break.TotalSeconds);
        return word is { } category ? Weigh(category, title, description) : await offline.ClassifyAsync(title, description, cancel);
    }

    private async Task<(ModelOutcome Outcome, TradeCategory? Word)> AskAsync(string title, string description, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            // A client may ignore its token; the tenant still does not wait.
            var answer = await model
                .GetResponseAsync(ModelQuestion.Ask(title, description), new ChatOptions { MaxOutputTokens = _options.MaximumAnswerTokens }, either.Token)
                .WaitAsync(either.Token);
            if (ModelQuestion.Read(answer.Text) is { } category) return (ModelOutcome.Answered, category);
            Log.Useless(log);
            return (ModelOutcome.Useless, null);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            _breaker.GaveUp();
            throw new OperationCanceledException(cancel);
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            Log.Slow(log, _options.Timeout.TotalSeconds);
            return (ModelOutcome.Slow, null);
        }
        catch (Exception failure)
        {
            // Each provider's client has its own exceptions; the offline answer is right after all of them. Their messages may quote
            // the request, so only the kind is logged.
            Log.Failed(log, failure.GetType().Name);
            return (ModelOutcome.Failed, null);
        }
    }

    private TradeClassification Weigh(TradeCategory word, string title, string description)
    {
        Span<double> distribution = stackalloc double[EvidenceTable.Categories];
        offline.Distribution(Correction.TextOf(title, description), distribution);
        double sum = 0;
        for (var c = 0; c < distribution.Length; c++)
        {
            distribution[c] *= c == (int)word ? _options.ModelAccuracy : (1 - _options.ModelAccuracy) / (distribution.Length - 1);
            sum += distribution[c];
        }
        foreach (ref var probability in distribution) probability /= sum;
        return TradeClassification.From(distribution, word, _options.MinimumConfidence, ClassifiedBy.Model);
    }

    private static partial class Log
    {
        [LoggerMessage(2050, LogLevel.Warning, "The classification model took longer than {Seconds} s; the offline classifier answers")]
        internal static partial void Slow(ILogger log, double seconds);

        [LoggerMessage(2051, LogLevel.Warning, "The classification model failed with {Kind}; the offline classifier answers")]
        internal static partial void Failed(ILogger log, string kind);

        [LoggerMessage(2052, LogLevel.Warning, "The classification model's answer was none of the trades; the offline classifier answers")]
        internal static partial void Useless(ILogger log);

        [LoggerMessage(2053, LogLevel.Error, "The classification model is left alone for {Seconds} s after repeated failures")]
        internal static partial void LeftAlone(ILogger log, double seconds);
    }
}
