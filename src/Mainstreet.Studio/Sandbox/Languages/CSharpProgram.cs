namespace Mainstreet.Studio.Sandbox.Languages;

/// <summary>What the compiler made of a run's sources, or what it says about them.</summary>
/// <param name="Files">Of <c>/out</c>, by name; null when it did not compile.</param>
/// <param name="Errors">A line an error, as the compiler prints them.</param>
internal sealed record CSharpProgram(IReadOnlyDictionary<string, byte[]>? Files, string Errors)
{
    internal const string ProgramFile = "program.dll";
    internal const string RuntimeFile = "program.runtimeconfig.json";
}
