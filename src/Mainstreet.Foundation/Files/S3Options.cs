using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Files;

/// <summary>A bucket of an S3-compatible store and an account that may read, write, delete and list in it (section <c>Files:S3</c>).</summary>
public sealed partial class S3Options
{
    /// <summary>Address of the store, <c>https://s3.example.com</c>; outside Development without https only where it leads to this machine. Default: Amazon's of the region.</summary>
    [Url]
    public string? Endpoint { get; set; }

    /// <summary>The region that requests are signed for. Default <c>us-east-1</c>, which most other stores take.</summary>
    [Required, RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = "must be 1 to 63 of a-z, 0-9 and '-'")]
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket. It must be there: the program makes none.</summary>
    public string? Bucket { get; set; }

    /// <summary>What the names of all objects begin with: <c>street/files</c>, a slash is put between. Default: nothing.</summary>
    public string? Prefix { get; set; }

    /// <summary>Name of the access key.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>The access key's secret.</summary>
    [Secret]
    public string? SecretAccessKey { get; set; }

    /// <summary>Whether the bucket stands in the path and not in the host's name. Default: true with <see cref="Endpoint"/>, else false.</summary>
    public bool? PathStyle { get; set; }

    /// <summary>Longest time of one attempt to store a file or to get an answer, and longest silence while a file is read, in seconds. Default 30.</summary>
    [Range(1, 3600)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>How often a request that failed on the way or at the store is repeated, after growing waits. Default 2.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 2;

    /// <summary>The prefix as names begin with it: empty, or ending in a slash.</summary>
    internal string NamesBegin => string.IsNullOrEmpty(Prefix) ? "" : Prefix.TrimEnd('/') + "/";

    internal bool IsPathStyle => PathStyle ?? Endpoint is not null;

    internal IEnumerable<(string Name, string Message)> Findings()
    {
        if (Endpoint is not null && Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) && (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0))
            yield return (nameof(Endpoint), "must be an address without user, query and fragment");
        if (string.IsNullOrWhiteSpace(Bucket)) yield return (nameof(Bucket), "is needed with Files:Store=s3");
        else if (!BucketName().IsMatch(Bucket)) yield return (nameof(Bucket), "must be 3 to 63 of a-z, 0-9, '-' and '.', a letter or a digit at both ends");
        if (!string.IsNullOrEmpty(Prefix) && !PrefixText().IsMatch(Prefix))
            yield return (nameof(Prefix), "must be parts of A-Z, a-z, 0-9, '.', '_' and '-' with '/' between, 200 characters at most, none of the parts '.' or '..'");
        if (string.IsNullOrWhiteSpace(AccessKeyId)) yield return (nameof(AccessKeyId), "is needed with Files:Store=s3");
        if (string.IsNullOrWhiteSpace(SecretAccessKey)) yield return (nameof(SecretAccessKey), "is needed with Files:Store=s3");
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();

    [GeneratedRegex(@"\A(?=.{1,200}\z)(?!\.{1,2}(/|\z))[A-Za-z0-9._-]+(/(?!\.{1,2}(/|\z))[A-Za-z0-9._-]+)*/?\z")]
    private static partial Regex PrefixText();
}
