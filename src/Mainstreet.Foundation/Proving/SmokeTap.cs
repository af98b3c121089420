using System.Globalization;

namespace Mainstreet.Foundation.Proving;

/// <summary>Notes which requests a step makes, tells handlers below which step it is, and lets nothing but reading through when told so.</summary>
internal sealed class SmokeTap(HttpMessageHandler inner, bool readOnly) : DelegatingHandler(inner)
{
    /// <summary>The step's number within its walk, on each request that it makes.</summary>
    internal static readonly HttpRequestOptionsKey<int> Step = new("mainstreet.smoke.step");

    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];
    private int _step = -1;

    internal void Begin()
    {
        lock (_gate)
        {
            _step++;
            _requests.Clear();
        }
    }

    internal IReadOnlyList<string> End()
    {
        lock (_gate) return [.. _requests.Distinct(StringComparer.Ordinal)];
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (readOnly && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
            throw new ProofException($"{request.Method} {request.RequestUri?.AbsolutePath} is no reading; this run is read-only");
        lock (_gate)
        {
            _requests.Add(string.Create(CultureInfo.InvariantCulture, $"{request.Method} {request.RequestUri!.AbsolutePath}"));
            request.Options.Set(Step, _step);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
