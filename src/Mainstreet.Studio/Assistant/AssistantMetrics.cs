using System.Diagnostics.Metrics;

using Mainstreet.Studio.Assistant.Usage;

namespace Mainstreet.Studio.Assistant;

/// <summary>How often the assistant is asked, how long it takes, and what it uses.</summary>
internal sealed class AssistantMetrics
{
    private readonly Histogram<double> _answers = StudioMetrics.Meter.CreateHistogram<double>("mainstreet.studio.assistant.answer.duration", "s", "From question to last piece, by provider, feature and end.");
    private readonly Counter<long> _tokens = StudioMetrics.Meter.CreateCounter<long>("mainstreet.studio.assistant.tokens", "{token}", "Tokens by provider, feature and direction.");

    internal void Answered(string provider, string feature, string end, TimeSpan took, AiTokens tokens)
    {
        _answers.Record(took.TotalSeconds, new("provider", provider), new("feature", feature), new("end", end.ToLowerInvariant()));
        _tokens.Add(tokens.Input, new("provider", provider), new("feature", feature), new("direction", "input"));
        _tokens.Add(tokens.Output, new("provider", provider), new("feature", feature), new("direction", "output"));
    }
}
