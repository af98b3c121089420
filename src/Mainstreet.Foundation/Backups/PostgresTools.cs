using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Data;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Foundation.Backups;

/// <summary>Finds and runs PostgreSQL's own programs. Where to connect and the password go by environment variables, which other users cannot see.</summary>
internal sealed partial class PostgresTools(IOptions<BackupOptions> options)
{
    private const int MostErrors = 4000;

    /// <summary>A connection outside the pool, whose statements may take as long as they need.</summary>
    internal static NpgsqlConnection Connect(DatabaseOptions database, string? name = null) =>
        new(new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
            KeepAlive = 30,
            ApplicationName = "mainstreet backup",
            Database = name ?? new NpgsqlConnectionStringBuilder(database.ConnectionString).Database,
        }.ConnectionString);

    /// <summary>The program, not older than the server: an older one refuses, or reads what it does not know.</summary>
    /// <exception cref="BackupException">There is none.</exception>
    internal async Task<string> FindAsync(string program, int serverMajor, CancellationToken cancel)
    {
        var oldest = 0;
        foreach (var path in Candidates(program))
        {
            if (await MajorAsync(path, cancel) is not { } major) continue;
            if (major >= serverMajor) return path;
            oldest = Math.Max(oldest, major);
        }

        throw new BackupException(BackupFailure.Unavailable, oldest > 0
            ? $"{program} {oldest} is older than the server, which is PostgreSQL {serverMajor}: install postgresql-client-{serverMajor}, or set Backup:ToolsFolder"
            : $"{program} is not on the path, under /usr/lib/postgresql or in Backup:ToolsFolder: install postgresql-client-{serverMajor}");
    }

    /// <summary>Runs the program to its end, with the given streams as standard input and output.</summary>
    /// <exception cref="BackupException">It failed; the message has what it said.</exception>
    internal static async Task RunAsync(string program, DatabaseOptions database, IEnumerable<string> arguments, Stream? input, Stream? output, CancellationToken cancel)
    {
        using var process = Start(program, arguments, Variables(database), input is not null);
        try
        {
            var errors = ReadErrorsAsync(process.StandardError, cancel);
            var feeding = input is null ? Task.CompletedTask : FeedAsync(input, process.StandardInput.BaseStream, cancel);
            await process.StandardOutput.BaseStream.CopyToAsync(output ?? Stream.Null, 128 * 1024, cancel);
            await feeding;
            await process.WaitForExitAsync(cancel);
            var said = await errors;
            if (process.ExitCode != 0) throw new BackupException(BackupFailure.Unavailable, $"{Path.GetFileName(program)} ended with {process.ExitCode}: {said.Trim()}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private IEnumerable<string> Candidates(string program)
    {
        var folders = new List<string>();
        if (options.Value.ToolsFolder is { Length: > 0 } given)
        {
            folders.Add(given);
        }
        else
        {
            folders.AddRange((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
            const string debian = "/usr/lib/postgresql";
            if (Directory.Exists(debian))
                folders.AddRange(Directory.GetDirectories(debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var major) ? major : 0).Select(d => Path.Combine(d, "bin")));
        }

        return folders.Select(f => Path.Combine(f, OperatingSystem.IsWindows() ? program + ".exe" : program)).Where(File.Exists);
    }

    private static async Task<int?> MajorAsync(string program, CancellationToken cancel)
    {
        try
        {
            using var process = Start(program, ["--version"], [], false);
            var said = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return VersionPattern().Match(said) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
        }
        catch (Win32Exception)
        {
            // Not a program, or not for this user.
            return null;
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> variables, bool input)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // The program's own settings hold other secrets: the child gets what it needs.
        foreach (var name in start.Environment.Keys.ToList())
        {
            if (!name.StartsWith("PG", StringComparison.Ordinal) && name is not ("PATH" or "HOME" or "SystemRoot" or "TMPDIR")) start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        if (!input) process.StandardInput.Close();
        return process;
    }

    private static Dictionary<string, string> Variables(DatabaseOptions database)
    {
        var from = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PGAPPNAME"] = "mainstreet backup", ["PGPORT"] = from.Port.ToString(CultureInfo.InvariantCulture) };
        Set("PGHOST", from.Host);
        Set("PGUSER", from.Username);
        Set("PGDATABASE", from.Database);
        Set("PGPASSWORD", from.Password);
        Set("PGPASSFILE", from.Passfile);
        Set("PGSSLROOTCERT", from.RootCertificate);
        Set("PGSSLCERT", from.SslCertificate);
        Set("PGSSLKEY", from.SslKey);
        variables["PGSSLMODE"] = from.SslMode switch
        {
            SslMode.Disable => "disable",
            SslMode.Allow => "allow",
            SslMode.Require => "require",
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => "prefer",
        };
        return variables;

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) variables[name] = value;
        }
    }

    private static async Task FeedAsync(Stream input, Stream target, CancellationToken cancel)
    {
        try
        {
            await using (target) await input.CopyToAsync(target, 128 * 1024, cancel);
        }
        catch (IOException) when (!cancel.IsCancellationRequested)
        {
            // It ended before it had read everything: its exit code and what it said tell why.
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader errors, CancellationToken cancel)
    {
        var said = new StringBuilder();
        while (await errors.ReadLineAsync(cancel) is { } line)
        {
            if (said.Length < MostErrors) said.Append(line).Append(' ');
        }

        return said.ToString();
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();
}
