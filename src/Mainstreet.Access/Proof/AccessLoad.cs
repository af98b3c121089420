using Mainstreet.Foundation.Load;

namespace Mainstreet.Access.Proof;

/// <summary>What is asked of Access at every turn: who am I, which businesses are mine, where am I signed in. Signing in itself is bounded and not part of a mix.</summary>
internal sealed class AccessLoad : ILoadMix
{
    public string Name => "access";

    public Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return Task.FromResult(new LoadPart(
        [
            new("access: who am I", 10, random => new(HttpMethod.Get, "/v1/auth/me", stage.Anybody(random))),
            new("access: my businesses", 4, random => new(HttpMethod.Get, "/v1/businesses", stage.Anybody(random))),
            new("access: my sessions", 1, random => new(HttpMethod.Get, "/v1/auth/sessions", stage.Anybody(random))),
        ], _ => Task.CompletedTask));
    }
}
