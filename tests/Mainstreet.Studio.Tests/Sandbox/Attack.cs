using Mainstreet.Studio.Sandbox;

namespace Mainstreet.Studio.Tests.Sandbox;

/// <summary>A program that tries to get out of the cage, or to do harm from within.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Code">It prints a line beginning with ESCAPED when it gets what it wants.</param>
/// <param name="Ends">How the run may end.</param>
/// <param name="Says">What its output must hold: that it did try.</param>
/// <param name="Wall">Time allowed.</param>
internal sealed record Attack(SandboxLanguage Language, string Name, string Code, SandboxStatus[] Ends, string Says = "", TimeSpan? Wall = null)
{
    /// <summary>Lets a Python program make system calls by number; the filter answers before the kernel looks at the arguments.</summary>
    private const string Calls = """
        import ctypes, errno, os, platform, signal, socket, sys
        if platform.machine() != 'x86_64':
            print('contained'); sys.exit(0)
        libc = ctypes.CDLL(None, use_errno=True)
        def call(number, *arguments):
            result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
            return result, ctypes.get_errno()
        def refused(name, number, *arguments, answers=(errno.EPERM,)):
            result, error = call(number, *arguments)
            print('contained' if result == -1 and error in answers else 'ESCAPED', name, result, errno.errorcode.get(error))

        """;

    internal static Attack Python(string name, string code, params SandboxStatus[] ends) => new(SandboxLanguage.Python, name, code, ends.Length == 0 ? [SandboxStatus.Ok] : ends, "contained");

    internal static Attack SystemCalls(string name, string code) => new(SandboxLanguage.Python, name, Calls + code, [SandboxStatus.Ok], "contained");

    internal static Attack Shell(string name, string code, params SandboxStatus[] ends) => new(SandboxLanguage.Shell, name, code, ends.Length == 0 ? [SandboxStatus.Ok] : ends, "contained");

    internal Attack For(double seconds) => this with { Wall = TimeSpan.FromSeconds(seconds) };

    internal Attack Saying(string text) => this with { Says = text };

    internal static IReadOnlyList<Attack> All { get; } = [.. AttacksOnLimits.All, .. AttacksOnFiles.All, .. AttacksOnTheKernel.All];

    public override string ToString() => Name;
}
