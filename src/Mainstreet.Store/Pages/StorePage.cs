using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Components;

namespace Mainstreet.Store.Pages;

/// <summary>A page about one business's shop: the one that the address names (<c>?business=</c>), else the reader's first; for administrators the default one.</summary>
public abstract class StorePage : PageBase
{
    [Inject]
    private IBusinessDirectory Directory { get; set; } = default!;

    /// <summary>Null when the reader has none: the page says so.</summary>
    protected BusinessInfo? Business { get; private set; }

    /// <summary>To choose from; at most twenty.</summary>
    protected IReadOnlyList<BusinessInfo> Businesses { get; private set; } = [];

    protected IReadOnlyList<string> Topics => Business is null ? [] : [$"business:{Business.Id}", $"user:{Caller.Id}"];

    /// <summary>What a member must be allowed in the business.</summary>
    protected abstract string Permission { get; }

    protected sealed override async Task OnInitializedAsync()
    {
        var found = new List<BusinessInfo>();
        foreach (var id in Caller.BusinessesWith(Permission).Take(20))
        {
            if (await Directory.FindAsync(id, Cancel) is { } own && own.Synthetic == Caller.Synthetic) found.Add(own);
        }

        var named = Guid.TryParse(Query("business"), out var asked) ? asked : (Guid?)null;
        if (named is { } other && Caller.IsAdmin && found.TrueForAll(b => b.Id != other)
            && await Directory.FindAsync(other, Cancel) is { } foreign && foreign.Synthetic == Caller.Synthetic) found.Add(foreign);
        if (found.Count == 0 && Caller.IsAdmin && await Directory.DefaultAsync(Cancel) is { } fallback) found.Add(fallback);
        Businesses = found;
        Business = named is null ? found.FirstOrDefault() : found.Find(b => b.Id == named);
        if (Business is null) Http.Response.StatusCode = 404;
        else await LoadAsync(Business);
    }

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync(BusinessInfo business);

    /// <summary>An address of these pages, about the same business.</summary>
    protected string Link(string path) => Business is null || (Businesses.Count < 2 && Query("business") is null)
        ? path
        : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}business={Business.Id}";
}
