using Mainstreet;
using Mainstreet.Commands;

// The host hears the signals itself while it serves; the command line must not kill it while it drains.
return await RootCommandFactory.Create(MainstreetHost.Build).Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
