namespace Mainstreet.Store.Search;

/// <summary>The order of found products; equals by their id.</summary>
internal enum SortBy
{
    /// <summary>Closest match first, shorter names before longer ones. The default where words were typed.</summary>
    Relevance,

    /// <summary>By name. The default otherwise.</summary>
    Name,

    PriceAsc,

    PriceDesc,

    /// <summary>Latest added first.</summary>
    Newest,
}
