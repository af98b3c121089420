using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Configuration;

/// <summary>Refuses to start on a wrong configuration, also when the host is started by something other than the command line.</summary>
internal sealed partial class ConfigurationGate(IServiceProvider services, ILogger<ConfigurationGate> log) : IStartupValidator
{
    public void Validate()
    {
        var report = ConfigurationReport.Check(services);
        foreach (var warning in report.Warnings)
        {
            if (warning.Message is { } doubt) Log.Doubtful(log, warning.Key, warning.Source.Text, doubt);
            else Log.Unread(log, warning.Key, warning.Source.Text, warning.Nearest ?? "nothing near");
        }

        report.ThrowIfWrong();
    }

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Warning, "Nothing reads the setting {Setting} ({Source}); nearest known: {Nearest}")]
        internal static partial void Unread(ILogger log, string setting, string source, string nearest);

        [LoggerMessage(1030, LogLevel.Warning, "The setting {Setting} ({Source}) {Doubt}")]
        internal static partial void Doubtful(ILogger log, string setting, string source, string doubt);
    }
}
