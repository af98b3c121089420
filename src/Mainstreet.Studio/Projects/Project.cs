namespace Mainstreet.Studio.Projects;

/// <summary>A person's project: real files and how they came to be. It and what belongs to it change only while its row is held.</summary>
internal sealed class Project
{
    internal const int NameLength = 100;

    public Guid Id { get; init; }

    public Guid AccountId { get; init; }

    public string Name { get; set; } = "";

    /// <summary>The name as searches compare it.</summary>
    public string SearchName { get; set; } = "";

    /// <summary>The template it was made from; null when it began empty or as an archive.</summary>
    public string? Template { get; init; }

    /// <summary>Number of the last commit; 0 before the first.</summary>
    public int Head { get; set; }

    public int FileCount { get; set; }

    /// <summary>All files together.</summary>
    public long Bytes { get; set; }

    /// <summary>All contents that the history needs, each once.</summary>
    public long StoredBytes { get; set; }

    public bool Synthetic { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change, of the name too; the ETag.</summary>
    public int Version { get; set; }

    internal void Rename(string name)
    {
        Name = name;
        SearchName = Searchable(name);
    }

    internal static string Searchable(string text) => text.Trim().ToLowerInvariant();

    /// <summary>Why this cannot be a name; null when it can.</summary>
    internal static string? NameFault(string name) =>
        name.Trim().Length is 0 or > NameLength ? $"must be 1 to {NameLength} characters"
        : name.Any(char.IsControl) ? "must not hold control characters"
        : name.EnumerateRunes().Any(r => r == System.Text.Rune.ReplacementChar || System.Text.Rune.GetUnicodeCategory(r) is System.Globalization.UnicodeCategory.OtherNotAssigned or System.Globalization.UnicodeCategory.PrivateUse)
            ? "must not hold characters that mean nothing" : null;
}

/// <summary>How many projects an account has: the row that two creations at once meet at.</summary>
internal sealed class ProjectCount
{
    public Guid AccountId { get; init; }

    public int Projects { get; init; }
}

/// <summary>A file as it stands now.</summary>
internal sealed class StoredFile
{
    public Guid ProjectId { get; init; }

    /// <summary>The path without regard to case: two files of a project never share it.</summary>
    public string PathKey { get; init; } = "";

    public string Path { get; set; } = "";

    public string Sha256 { get; set; } = "";

    public int Size { get; set; }

    /// <summary>UTF-8 without control characters other than white space.</summary>
    public bool IsText { get; set; }

    /// <summary>Number of the commit that last changed it.</summary>
    public int Commit { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>One change of a project: who, when, why.</summary>
internal sealed class ProjectCommit
{
    internal const int MessageLength = 500;

    public Guid ProjectId { get; init; }

    /// <summary>1, 2, 3, ... without gaps.</summary>
    public int Number { get; init; }

    public Guid AuthorId { get; init; }

    public string AuthorName { get; init; } = "";

    public string Message { get; init; } = "";

    public DateTimeOffset At { get; init; }
}

/// <summary>What a commit did to one path. A file that moved was deleted here and added there.</summary>
internal sealed class FileChange
{
    public Guid ProjectId { get; init; }

    public int Number { get; init; }

    public string Path { get; init; } = "";

    /// <summary>Content before; null when the file is new.</summary>
    public string? Before { get; init; }

    /// <summary>Content after; null when the file is gone.</summary>
    public string? After { get; init; }
}

/// <summary>A content of a project's present or past, by its SHA-256.</summary>
internal sealed class FileBlob
{
    public Guid ProjectId { get; init; }

    public string Sha256 { get; init; } = "";

    public int Size { get; init; }

    public bool IsText { get; init; }

    public byte[] Content { get; init; } = [];
}
