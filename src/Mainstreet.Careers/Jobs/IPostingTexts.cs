namespace Mainstreet.Careers.Jobs;

/// <summary>Gives a posting's text by its id; null when there is none that the person may see.</summary>
internal interface IPostingTexts
{
    Task<PostingText?> FindAsync(Guid jobId, CancellationToken cancel);
}
