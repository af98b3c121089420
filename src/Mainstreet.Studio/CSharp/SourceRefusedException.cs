namespace Mainstreet.Studio.CSharp;

/// <summary>The compiler must not see this code; the message says why, and of which file.</summary>
internal sealed class SourceRefusedException(string reason) : Exception(reason);
