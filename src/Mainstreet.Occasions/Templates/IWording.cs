namespace Mainstreet.Occasions.Templates;

/// <summary>The words for a greeting.</summary>
internal interface IWording
{
    Task<Wording> ForAsync(Guid businessId, Occasion occasion, string language, CancellationToken cancel);
}

internal sealed record GreetingFacts(string FirstName, string LastName, Occasion Occasion, string LocalDate, int LocalYear, string? Date);

/// <summary>Words of one business in one language.</summary>
internal sealed class Wording
{
    private readonly string _wish = "all the best";

    internal (string Subject, string Body) Render(GreetingFacts facts) => ($"For {facts.FirstName}", $"Dear {facts.FirstName}, {_wish}.");
}

internal sealed class PlainWording : IWording
{
    private static readonly Task<Wording> Words = Task.FromResult(new Wording());

    public Task<Wording> ForAsync(Guid businessId, Occasion occasion, string language, CancellationToken cancel) => Words;
}
