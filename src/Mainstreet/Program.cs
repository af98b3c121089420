using Mainstreet;
using Mainstreet.Commands;

// The host hears the signals itself while it serves; the command line must not kill it while it drains.
return await RootCommandFactory.Create(MainstreetHost.Build, ProveCommand.Create(Parts), SmokeCommand.Create(Parts), LoadCommand.Create(Parts))
    .Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });

// What prove, smoke and load do is contributed by the modules; nothing is started for it, and nothing is left behind.
static ProvingParts Parts()
{
    using var host = MainstreetHost.Build(["--Logging:LogLevel:Default=Warning", $"--Data={Path.GetTempPath()}"]);
    return ProvingParts.From(host);
}
