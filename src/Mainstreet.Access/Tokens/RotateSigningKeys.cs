using Mainstreet.Foundation.Jobs;

namespace Mainstreet.Access.Tokens;

/// <summary>Looks once an hour whether a signing key is due.</summary>
internal sealed class RotateSigningKeys(SigningKeys keys) : IRecurringJob
{
    public Task RunAsync(CancellationToken cancel) => keys.RotateAsync(cancel);
}
