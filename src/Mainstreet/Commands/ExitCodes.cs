using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Commands;

/// <summary>Exit codes; those above 63 as sysexits.h names them.</summary>
internal static class ExitCodes
{
    internal const int Ok = 0;

    /// <summary>The command ran and its answer is no.</summary>
    internal const int No = 1;

    /// <summary>EX_USAGE: the command was called wrongly.</summary>
    internal const int Usage = 64;

    /// <summary>EX_UNAVAILABLE: a server that is needed, or the port, cannot be had.</summary>
    internal const int Unavailable = 69;

    /// <summary>EX_CONFIG: the configuration forbids it.</summary>
    internal const int Configuration = ConfigurationReport.ExitCode;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    internal const int Interrupted = 130;
}
