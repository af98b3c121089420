using System.Collections.Concurrent;

using Mainstreet.Studio.Tests.Deployments.Contracts;

namespace Mainstreet.Studio.Tests.Deployments.Doubles;

/// <summary>What one token sees at a provider's double: nobody else's things.</summary>
internal sealed class Tenant(string token)
{
    internal Lock Gate { get; } = new();

    internal string Token { get; } = token;

    internal List<Fault> Faults { get; } = [];

    internal ConcurrentQueue<(string Point, DoubleCall Call, int Status)> Calls { get; } = [];

    /// <summary>Where a request or an answer broke the provider's document.</summary>
    internal ConcurrentQueue<string> Violations { get; } = [];

    /// <summary>States that each new deployment tells, one after the other; the last stays.</summary>
    internal List<string> States { get; set; } = [];

    /// <summary>The states are deliberately not those of the document: answers that tell them are not held against it.</summary>
    internal bool TellsOtherStates { get; set; }

    /// <summary>Name to id.</summary>
    internal Dictionary<string, string> Homes { get; } = [];

    internal List<DoubleDeployment> Deployments { get; } = [];

    /// <summary>Contents that the provider has, by the digest that it asks for.</summary>
    internal HashSet<string> Contents { get; } = [];

    internal Dictionary<string, string> Variables { get; } = [];

    internal string? Published { get; set; }

    internal int Uploads;

    internal int UploadsNow;

    internal int MostUploadsAtOnce;

    private int _last;

    internal string NewId(string prefix) => $"{prefix}{Interlocked.Increment(ref _last)}-{Token[^6..]}";

    internal int Count(string point) => Calls.Count(c => c.Point == point);

    internal Fault? Next(string point)
    {
        lock (Gate)
        {
            if (Faults.FirstOrDefault(f => f.Point == point && f.Left > 0) is not { } fault) return null;
            fault.Left--;
            return fault;
        }
    }
}

/// <summary>A deployment at a double.</summary>
internal sealed class DoubleDeployment
{
    internal required string Id { get; init; }

    internal required string Home { get; init; }

    /// <summary>What it was marked with.</summary>
    internal string? Mark { get; init; }

    internal required Queue<string> States { get; init; }

    internal DateTimeOffset At { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>Path to digest.</summary>
    internal Dictionary<string, string> Files { get; init; } = [];

    internal HashSet<string> Required { get; init; } = [];

    internal string Look() => States.Count > 1 ? States.Dequeue() : States.Peek();

    internal void End(string state)
    {
        States.Clear();
        States.Enqueue(state);
    }
}
