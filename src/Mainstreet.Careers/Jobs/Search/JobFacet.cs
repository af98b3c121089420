namespace Mainstreet.Careers.Jobs.Search;

/// <summary>What postings can be counted by. A posting with several places or sources counts with each; one of which it is unknown with none.</summary>
internal enum JobFacet
{
    Company,
    Place,
    Country,
    Workplace,
    Employment,
    Seniority,
    Source,
}

/// <summary>A value and how many found postings have it.</summary>
public sealed record FacetCount(string Value, int Count);

/// <summary>The order of found postings; equals by their id.</summary>
internal enum JobSort
{
    /// <summary>All words in the title first, then later ones before earlier ones. The default where words were typed.</summary>
    Relevance,

    /// <summary>Latest first. The default otherwise.</summary>
    Newest,

    /// <summary>By the most that is paid a year in the currency of the filter; others last.</summary>
    Pay,
}
