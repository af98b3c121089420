using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Web.Pages;

/// <summary>What every page needs of its request.</summary>
public abstract class PageBase : ComponentBase
{
    [Inject]
    private IHttpContextAccessor Accessor { get; set; } = default!;

    protected HttpContext Http => Accessor.HttpContext ?? throw new InvalidOperationException("A page is rendered for a request only.");

    /// <summary>Who is signed in, or null.</summary>
    protected Caller? Visitor => Http.Features.Get<Caller>();

    /// <summary>Who is signed in, on pages that ask for it.</summary>
    protected Caller Caller => Visitor ?? throw new InvalidOperationException("The page requires no authorisation.");

    protected CancellationToken Cancel => Http.RequestAborted;

    /// <summary>The first value of a query parameter that is not empty, or null.</summary>
    protected string? Query(string name) => Http.Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
}
