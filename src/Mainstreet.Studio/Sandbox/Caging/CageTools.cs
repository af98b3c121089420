namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>Programs of the machine that the cage is built with.</summary>
/// <param name="Shell">Runs the few lines that join the groups and set limits before anything else.</param>
/// <param name="Bubblewrap">Makes the namespaces and the view of the files.</param>
/// <param name="SetPrivileges">Gives up root; null where the server is not root.</param>
/// <param name="SetLimits">Bounds single processes where there are no groups; null where it is not installed.</param>
internal sealed record CageTools(string Shell, string Bubblewrap, string? SetPrivileges, string? SetLimits)
{
    internal static readonly IReadOnlyList<string> Folders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    /// <returns>The tools, or what is missing and how to get it.</returns>
    internal static (CageTools? Tools, string? Missing) Find(string? bubblewrap)
    {
        if (!OperatingSystem.IsLinux()) return (null, "the cage is made of parts of Linux, and this is another system");
        if (Program("sh") is not { } shell) return (null, "there is no shell (sh) to start the cage with");
        var wrap = bubblewrap is null ? Program("bwrap") : File.Exists(bubblewrap) ? bubblewrap : null;
        if (wrap is null) return (null, "bubblewrap (bwrap) is not installed: install the package bubblewrap");
        var root = Environment.IsPrivilegedProcess;
        var privileges = root ? Program("setpriv") : null;
        if (root && privileges is null) return (null, "setpriv is not installed, and a root server must give up root first: install the package util-linux");
        return (new CageTools(shell, wrap, privileges, Program("prlimit")), null);
    }

    /// <summary>The path of an installed program.</summary>
    internal static string? Program(string name) => Folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
}
