using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Time;

namespace Mainstreet.Careers.Jobs;

/// <summary>Where the work is done.</summary>
internal enum Workplace
{
    OnSite,
    Hybrid,
    Remote,
}

/// <summary>What the contract is like.</summary>
internal enum Employment
{
    FullTime,
    PartTime,
    Contract,
    Temporary,
    Internship,
}

/// <summary>Steps of a career, as <see cref="Compatibility.SeniorityLevel"/> numbers them.</summary>
internal enum Seniority
{
    Learner,
    Junior,
    Established,
    Senior,
    Lead,
    Head,
    Chief,
}

/// <summary>What pay is for.</summary>
internal enum PayPeriod
{
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// <summary>One job that somebody offers, merged from every advert of it. What no advert says is null.</summary>
internal sealed class Posting
{
    public Guid Id { get; set; }

    public string Title { get; set; } = "";

    public string? Company { get; set; }

    /// <summary>As <see cref="Place.Write"/> writes them, the main one first; empty when unknown.</summary>
    public string Places { get; set; } = "";

    /// <summary>The place as the advert words it.</summary>
    public string? PlaceText { get; set; }

    public Workplace? Workplace { get; set; }

    public Employment? Employment { get; set; }

    public Seniority? Seniority { get; set; }

    /// <summary>Minor units of <see cref="PayCurrency"/>; all four or none are known.</summary>
    public long? PayLeast { get; set; }

    public long? PayMost { get; set; }

    public string? PayCurrency { get; set; }

    public PayPeriod? PayPer { get; set; }

    /// <summary>The pay as the advert words it, understood or not.</summary>
    public string? PayText { get; set; }

    /// <summary>Plain text: no markup is left in it.</summary>
    public string Description { get; set; } = "";

    public string? Url { get; set; }

    public string? ApplyUrl { get; set; }

    public DateTimeOffset? PostedAt { get; set; }

    public DateTimeOffset? ValidUntil { get; set; }

    /// <summary>The description's fingerprint; see <see cref="Reading.SimHash"/>.</summary>
    public long SimHash { get; set; }

    /// <summary>Words of the description.</summary>
    public int Words { get; set; }

    public DateTimeOffset FirstSeen { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When no source had it any more.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    public bool Synthetic { get; set; }

    public int Version { get; set; }

    internal Pay? Pay => PayLeast is { } least ? new Pay(least, PayMost!.Value, PayCurrency!, PayPer!.Value) : null;

    internal PostingText ToText() => new(
        Title, Company, Place.Parse(Places) is [var first, ..] ? first.Text : null, Description, Workplace is { } where ? where == Jobs.Workplace.Remote : null, Pay?.Yearly);

    /// <summary>Takes over what an advert says. With <paramref name="speaks"/> all of it, else only what is not known yet.</summary>
    /// <returns>Whether anything changed.</returns>
    internal bool Take(PostingDraft draft, bool speaks, DateTimeOffset now)
    {
        var before = Facts();
        if (speaks)
        {
            (Title, Company, Places, PlaceText) = (draft.Title, draft.Company, Place.Write(draft.Places), draft.PlaceText);
            (Workplace, Employment, Seniority) = (draft.Workplace, draft.Employment, draft.Seniority);
            SetPay(draft);
            SetDescription(draft);
            (Url, ApplyUrl, PostedAt, ValidUntil) = (draft.Url, draft.ApplyUrl, draft.PostedAt, draft.ValidUntil);
        }
        else
        {
            Company ??= draft.Company;
            if (Places.Length == 0) (Places, PlaceText) = (Place.Write(draft.Places), draft.PlaceText);
            (Workplace, Employment, Seniority) = (Workplace ?? draft.Workplace, Employment ?? draft.Employment, Seniority ?? draft.Seniority);
            if (PayLeast is null) SetPay(draft);
            if (Description.Length == 0) SetDescription(draft);
            (Url, ApplyUrl, PostedAt, ValidUntil) = (Url ?? draft.Url, ApplyUrl ?? draft.ApplyUrl, PostedAt ?? draft.PostedAt, ValidUntil ?? draft.ValidUntil);
        }

        if (Facts().Equals(before)) return false;
        UpdatedAt = now;
        Version++;
        return true;
    }

    /// <summary>What the search keeps of it.</summary>
    internal void WriteTo(PostingEntry entry, IEnumerable<string> sources)
    {
        var yearly = Pay?.Yearly;
        entry.Open = ClosedAt is null;
        (entry.Company, entry.Places, entry.Workplace, entry.Employment, entry.Seniority) = (Company ?? "", Places, Workplace, Employment, Seniority);
        entry.Sources = string.Join(',', sources.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        (entry.Currency, entry.YearlyLeast, entry.YearlyMost) = (yearly?.Currency, (long?)yearly?.Least, (long?)yearly?.Most);
        (entry.Posted, entry.Ends) = ((PostedAt ?? FirstSeen).ToMicroseconds(), ValidUntil?.ToMicroseconds() ?? long.MaxValue);
        entry.Words = JobWords.Indexed(Title, Company, string.Join(' ', Place.Parse(Places).Select(p => p.Text)), Description);
    }

    private void SetPay(PostingDraft draft)
    {
        (PayLeast, PayMost, PayCurrency, PayPer) = draft.Pay is { } pay ? (pay.Least, pay.Most, pay.Currency, pay.Per) : default((long?, long?, string?, PayPeriod?));
        PayText = draft.PayText;
    }

    private void SetDescription(PostingDraft draft) => (Description, SimHash, Words) = (draft.Description, draft.SimHash, draft.Words);

    private object Facts() => (
        (Title, Company, Places, PlaceText, Workplace, Employment, Seniority), (PayLeast, PayMost, PayCurrency, PayPer, PayText), (Description, Url, ApplyUrl, PostedAt, ValidUntil));
}
