using Mainstreet.Studio.Data;
using Mainstreet.Studio.Deployments.Credentials;

namespace Mainstreet.Studio.Deployments;

/// <summary>A deployment in the hands of its target, for one step.</summary>
internal sealed class DeployWork
{
    internal required Guid Id { get; init; }

    internal required Guid ProjectId { get; init; }

    internal required Guid AccountId { get; init; }

    internal required DeployTarget Target { get; init; }

    internal required string ProjectName { get; init; }

    internal required bool IsRollback { get; init; }

    internal required DeployStep Step { get; init; }

    internal required DateTimeOffset CreatedAt { get; init; }

    internal required ProviderRefs Refs { get; init; }

    internal required DeployCredentials Credentials { get; init; }

    internal required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>By path, in ordinal order.</summary>
    internal required IReadOnlyList<DeploymentFile> Files { get; init; }

    /// <summary>Reads contents by their SHA-256; a few at a time.</summary>
    internal required Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyDictionary<string, byte[]>>> ContentsAsync { get; init; }

    /// <summary>SHA-1 digests that the provider is known to have.</summary>
    internal required Func<CancellationToken, Task<IReadOnlySet<string>>> KnownAsync { get; init; }

    /// <summary>Saves in the middle of a step that so many more files are with the provider; with rows that say which.</summary>
    /// <remarks>Throws <see cref="DeploymentStoppedException"/> when its owner wants it cancelled.</remarks>
    internal required Func<int, Func<StudioDb, CancellationToken, Task>?, CancellationToken, Task> SentAsync { get; init; }

    /// <summary>The name that the project gets at the provider: always the same, so that it is found again.</summary>
    internal string HomeName => $"mainstreet-{SiteNames.Of(ProjectName, ProjectId)}";

    /// <summary>What marks this deployment at the provider.</summary>
    internal string Mark => $"mainstreet {Id:N}";

    internal StepResult Then(DeployStep next, DeploymentStatus status, ProviderRefs? refs = null) => new(next, status, refs ?? Refs);

    internal StepResult Again(DeploymentStatus status, ProviderRefs? refs = null) => new(Step, status, refs ?? Refs) { Wait = true };

    internal StepResult Cancelled() => new(Step, DeploymentStatus.Cancelled, Refs);

    /// <summary>The text without the token and the values of variables, at most 2,000 characters of it.</summary>
    internal string Clean(string text)
    {
        var clean = Credentials.Token.Length > 0 ? text.Replace(Credentials.Token, "***", StringComparison.Ordinal) : text;
        // Logs come line by line, so a value of several lines is looked for by each of them.
        foreach (var value in Variables.Values.SelectMany(v => v.Split('\n', StringSplitOptions.TrimEntries)).Concat(Variables.Values).OrderByDescending(v => v.Length))
        {
            if (value.Length >= 4) clean = clean.Replace(value, "***", StringComparison.Ordinal);
        }

        clean = new string([.. clean.Where(c => c is '\n' or '\t' || !char.IsControl(c))]);
        return clean.Length <= 2_000 ? clean : clean[..2_000];
    }
}

/// <summary>Its owner wants the deployment cancelled: what is left of the step is not done.</summary>
internal sealed class DeploymentStoppedException() : Exception("The deployment is to be cancelled.");
