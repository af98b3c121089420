using System.CommandLine;

namespace Mainstreet.Commands;

/// <summary>The command line. Without a command it serves.</summary>
public static class RootCommandFactory
{
    /// <param name="build">Builds the host from configuration arguments (<c>--Key=value</c>); starts nothing.</param>
    /// <param name="more">Commands that need no host: <c>prove</c>, <c>smoke</c>.</param>
    public static RootCommand Create(Func<string[], IHost> build, params IEnumerable<Command> more)
    {
        var host = new HostCommand(build);
        var serve = new ServeCommand(host);
        var root = new RootCommand("Mainstreet: the back office of a neighbourhood's businesses. Settings may follow as --Key value, for example --Database:Provider postgres.")
        {
            serve.Create(),
            ConfigCommand.Create(host),
            new MigrateCommand(host).Create(),
            BackupCommand.Create(host),
            RestoreCommand.Create(host),
            AuditCommand.Create(host),
            AdminCommand.Create(host),
            HealthCommand.Create(),
            DoctorCommand.Create(host),
            CompletionCommand.Create(host),
        };
        serve.Take(root);
        foreach (var command in more) root.Subcommands.Add(command);
        return root;
    }
}
