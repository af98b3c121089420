using Mainstreet;

await MainstreetHost.Build(args).RunAsync();
