using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Trades.Tests.Classification;

/// <summary>The New York housing complaints as labelled reports: the descriptor is all the text there is.</summary>
internal static class Complaints
{
    internal sealed record Row(string Key, string Descriptor, TradeCategory Label)
    {
        /// <summary>Half of the rows, by a hash of their key: the same half on every machine.</summary>
        internal bool IsForLearning => (SHA256.HashData(Encoding.UTF8.GetBytes(Key))[0] & 1) == 1;

        /// <summary>An id that belongs to this row for ever.</summary>
        internal Guid Id => new(SHA256.HashData(Encoding.UTF8.GetBytes("complaint " + Key)).AsSpan(0, 16));
    }

    /// <summary>The file, or null where the shared data is not at hand.</summary>
    internal static string? File()
    {
        const string name = "data/trades/complaints.csv";
        if (Environment.GetEnvironmentVariable("MAINSTREET_SHARED") is { Length: > 0 } shared)
            return System.IO.File.Exists(Path.Combine(shared, name)) ? Path.Combine(shared, name) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", name);
            if (System.IO.File.Exists(file)) return file;
        }
        return null;
    }

    /// <exception cref="InvalidDataException">A row whose type and descriptor have no label.</exception>
    internal static IReadOnlyList<Row> Read(string file) =>
    [
        // The columns read here (key, type, descriptor) are never quoted in this file.
        .. System.IO.File.ReadLines(file).Skip(1).Select(line => line.Split(',')).Select(f => new Row(
            f[0], f[5], ComplaintLabels.For(f[4], f[5]) ?? throw new InvalidDataException($"No label for {f[4]}, {f[5]}."))),
    ];
}
