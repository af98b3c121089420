namespace Mainstreet.Foundation.Files;

/// <summary>The store of files cannot be reached or refuses: nothing that the caller did, so 503 on the wire. The message is for operators and holds no secret.</summary>
public sealed class FileStoreAwayException : IOException
{
    public FileStoreAwayException()
    {
    }

    public FileStoreAwayException(string message)
        : base(message)
    {
    }

    public FileStoreAwayException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The store said no, so it has not done what it was asked.</summary>
    internal bool Refused { get; init; }
}
