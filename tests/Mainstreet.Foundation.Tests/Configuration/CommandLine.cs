using Mainstreet.Commands;
using Mainstreet.Testing;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

/// <summary>The program's command line, in this process.</summary>
internal static class CommandLine
{
    internal static Task<(int Code, string Output, string Error)> RunAsync(TestDatabase database, params string[] arguments) =>
        RunAsync([.. arguments, "--data", database.Data.Root, .. database.Settings.Select(s => $"--{s.Key}={s.Value}")]);

    internal static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await RootCommandFactory.Create(MainstreetHost.Build).Parse(arguments)
            .InvokeAsync(new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>A file of the repository.</summary>
    internal static string InRepository(string path)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Mainstreet.slnx"))) return Path.Combine(folder, path);
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
