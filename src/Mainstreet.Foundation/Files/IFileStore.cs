namespace Mainstreet.Foundation.Files;

/// <summary>
/// Keeps immutable files under keys of the store's own making. A key is 32 lower-case hexadecimal digits, random, and says nothing
/// about the content; it is the caller's to keep in a row. Who may read a file, its media type and its name are the caller's too.
/// Safe for concurrent use, also by several replicas on one root or bucket.
/// </summary>
public interface IFileStore
{
    /// <summary>Stores the rest of the stream. When it returns, the file is durable and complete; before, it cannot be opened.</summary>
    /// <returns>The new file's key.</returns>
    /// <exception cref="IOException">The disk is full or fails, the store is away, or the stream fails; nothing is kept. May be retried.</exception>
    Task<string> PutAsync(Stream content, CancellationToken cancel);

    /// <summary>Puts a file back under the key that it had, as a restore does. What is there under the key is replaced. May be repeated.</summary>
    /// <exception cref="ArgumentException">The key is not of the store's form.</exception>
    /// <exception cref="IOException">As <see cref="PutAsync"/>.</exception>
    Task PutBackAsync(string key, Stream content, CancellationToken cancel);

    /// <summary>Opens a file for reading, seekable, from its start. The caller disposes it.</summary>
    /// <returns>The content, or null when there is no such file or the key is not of the store's form.</returns>
    /// <exception cref="IOException">The disk fails or the store is away.</exception>
    Task<Stream?> OpenAsync(string key, CancellationToken cancel);

    /// <summary>Deletes a file; readers that have it open read on. May be repeated.</summary>
    /// <returns>False when there was no such file or the key is not of the store's form.</returns>
    /// <exception cref="IOException">As <see cref="OpenAsync"/>.</exception>
    Task<bool> DeleteAsync(string key, CancellationToken cancel);
}
