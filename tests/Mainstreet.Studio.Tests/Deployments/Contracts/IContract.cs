namespace Mainstreet.Studio.Tests.Deployments.Contracts;

/// <summary>A provider's published description of its API, against which the double checks both sides of every exchange.</summary>
internal interface IContract
{
    /// <summary>What is wrong with a request; empty when nothing is, or when the document has no such operation.</summary>
    IReadOnlyList<string> CheckRequest(DoubleCall call);

    /// <summary>What is wrong with an answer to it.</summary>
    IReadOnlyList<string> CheckAnswer(DoubleCall call, int status, byte[] body);

    /// <summary>The document has the operation.</summary>
    bool Knows(DoubleCall call);
}

/// <summary>A request as the double took it.</summary>
/// <param name="Path">Below the base address, not decoded.</param>
internal sealed record DoubleCall(string Method, string Path, IReadOnlyDictionary<string, string> Query, string? ContentType, byte[] Body, IReadOnlyDictionary<string, string> Headers);
