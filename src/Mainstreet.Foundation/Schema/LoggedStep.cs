using System.Reflection;

namespace Mainstreet.Foundation.Schema;

/// <summary>What a line of the history tells of.</summary>
public enum StepKind
{
    Up,
    Down,

    /// <summary>A step outside a transaction was begun; until its end is logged, what it leaves is no change by hand.</summary>
    Begun,

    /// <summary>The schema as the history found it: made before there was one, or by a program that keeps none.</summary>
    Found,

    /// <summary>A change by hand that somebody accepted.</summary>
    Accepted,
}

/// <summary>One line of the history, which only grows.</summary>
/// <param name="At">When it was committed, UTC.</param>
/// <param name="Number">The step's number; for what was found or accepted, the last that is applied.</param>
/// <param name="Took">How long it took; zero for what is no step.</param>
/// <param name="Who">The operating system's user at its host.</param>
/// <param name="Program">The program's version.</param>
/// <param name="Head">The module's last applied number afterwards; 0 when none is.</param>
/// <param name="Schema">What the module had in the database afterwards; see <see cref="SchemaSnapshot"/>.</param>
public sealed record LoggedStep(
    DateTimeOffset At, StepKind Kind, string Module, int Number, string Name, string Checksum, TimeSpan Took, string Who, string Program, int Head, SchemaSnapshot Schema)
{
    /// <summary>Whoever runs this process.</summary>
    internal static string Me { get; } = $"{Environment.UserName}@{Environment.MachineName}";

    internal static string ThisProgram { get; } =
        typeof(LoggedStep).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
