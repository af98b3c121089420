namespace Mainstreet.Foundation.Modules;

/// <summary>Writes a module's share of the demo street. Must be safe to run twice.</summary>
public interface IDemoSeed
{
    Task SeedAsync(CancellationToken cancel);
}
