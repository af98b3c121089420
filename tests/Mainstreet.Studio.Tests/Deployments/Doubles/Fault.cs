namespace Mainstreet.Studio.Tests.Deployments.Doubles;

/// <summary>How a provider can fail.</summary>
public enum FaultKind
{
    /// <summary>The connection breaks before anything was done.</summary>
    Drop,

    /// <summary>It is done, and the connection breaks before the answer.</summary>
    LoseAnswer,

    /// <summary>It is done, and half of the answer comes.</summary>
    CutAnswer,

    /// <summary>It is done, and the answer is a page of a proxy.</summary>
    Garbage,

    /// <summary>No answer comes in time; nothing was done.</summary>
    Hang,

    /// <summary>Nothing was done; a status and a body say so.</summary>
    Status,
}

/// <param name="Point">What is asked for: <c>findHome</c>, <c>makeHome</c>, <c>variables</c>, <c>upload</c>, <c>find</c>, <c>create</c>, <c>status</c>, <c>log</c>, <c>cancel</c>, <c>restore</c>.</param>
/// <param name="Times">How often in all.</param>
internal sealed record Fault(string Point, FaultKind Kind, int Times = 1, int Status = 500, string Body = "", (string Name, string Value)[]? Headers = null)
{
    internal int Left { get; set; } = Times;
}
