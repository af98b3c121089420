namespace Mainstreet.Foundation.Proving;

/// <summary>A walk through one part of a module, once, against a running server, in a few seconds.</summary>
public interface ISmokePath
{
    /// <summary>The module's name, or <c>foundation</c> for what every module stands on.</summary>
    string Name { get; }

    /// <summary>True when the walk only reads, so that it may be made with <c>--read-only</c>: GET and nothing else.</summary>
    bool ReadOnly => false;

    /// <summary>Walks the path; each step through <see cref="SmokeWalk"/>. Makes synthetic accounts and rows only, messages and charges nobody.</summary>
    Task WalkAsync(SmokeWalk walk, CancellationToken cancel);
}
