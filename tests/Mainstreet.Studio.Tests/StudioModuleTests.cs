using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests;

[Trait("kind", "db")]
public sealed class StudioModuleTests(StudioApps apps)
{
    [Theory, EachEngine]
    public async Task The_program_starts_with_it(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        (await app.Http.GetAsync("/health/ready")).IsSuccessStatusCode.ShouldBeTrue();
    }
}
