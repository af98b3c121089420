using System.Diagnostics.Metrics;

namespace Mainstreet.Trades.Classification;

/// <summary>What became of asking the model.</summary>
internal enum ModelOutcome { Answered, Slow, Failed, Useless, LeftAlone }

/// <summary>How the configured model does, on the project's meter.</summary>
internal sealed class ClassifierMetrics
{
    private readonly Counter<long> _answers;
    private readonly Histogram<double> _duration;

    public ClassifierMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Trades");
        _answers = meter.CreateCounter<long>("mainstreet.trades.classification.model.answers", "{answer}", "Reports put to the model, by outcome");
        _duration = meter.CreateHistogram<double>("mainstreet.trades.classification.model.duration", "s", "Time until the model answered or was given up");
    }

    internal void ModelAnswered(ModelOutcome outcome, TimeSpan duration)
    {
        var name = outcome switch
        {
            ModelOutcome.Answered => "answered",
            ModelOutcome.Slow => "timeout",
            ModelOutcome.Failed => "failed",
            ModelOutcome.Useless => "useless",
            _ => "left_alone",
        };
        var tag = new KeyValuePair<string, object?>("outcome", name);
        _answers.Add(1, tag);
        if (outcome != ModelOutcome.LeftAlone) _duration.Record(duration.TotalSeconds, tag);
    }
}
