using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Foundation.Files;

/// <summary>Where files are kept (section <c>Files</c>).</summary>
public sealed class FileStoreOptions : IValidatableObject
{
    /// <summary>A folder, see <see cref="Root"/>.</summary>
    public const string Folder = "folder";

    /// <summary>A bucket, see <see cref="S3"/>.</summary>
    public const string Bucket = "s3";

    /// <summary><c>folder</c>, or <c>s3</c> for a bucket of an S3-compatible store. Default <c>folder</c>.</summary>
    [AllowedValues(Folder, Bucket)]
    public string Store { get; set; } = Folder;

    /// <summary>
    /// Directory for files, made when missing; by default <c>files</c> in the data directory. Several replicas need a directory
    /// that all of them mount. Not used with <c>s3</c>.
    /// </summary>
    public string? Root { get; set; }

    /// <summary>The bucket; needed with <c>s3</c>, else not looked at.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>With <c>s3</c> the bucket and the account must be there and well-formed.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Store == Bucket ? S3.Findings().Select(f => new ValidationResult(f.Message, [$"{nameof(S3)}:{f.Name}"])) : [];
}
