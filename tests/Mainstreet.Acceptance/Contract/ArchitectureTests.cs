using System.Runtime.CompilerServices;

using Mainstreet.Access;
using Mainstreet.Careers;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Occasions;
using Mainstreet.Store;
using Mainstreet.Studio;
using Mainstreet.Trades;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Contract;

[Trait("kind", "unit")]
public sealed class ArchitectureTests
{
    private static readonly string[] Shared = ["Mainstreet.Foundation", "Mainstreet.Contracts"];
    private static readonly string[] Vague = ["Services", "Managers", "Helpers", "Utils", "Utilities", "Common", "Misc"];

    [Theory, InlineData(typeof(AccessModule)), InlineData(typeof(TradesModule)), InlineData(typeof(OccasionsModule)), InlineData(typeof(StoreModule)), InlineData(typeof(CareersModule)), InlineData(typeof(StudioModule))]
    public void A_module_knows_only_Foundation_and_Contracts(Type module)
    {
        module.IsAssignableTo(typeof(IModule)).ShouldBeTrue();
        module.Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(IsOurs).Except(Shared).ShouldBeEmpty();
    }

    [Fact]
    public void Foundation_knows_no_module() =>
        typeof(ModuleDb).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(IsOurs).Except(Shared).ShouldBeEmpty();

    [Fact]
    public void Folders_say_what_is_in_them()
    {
        var root = Root();
        Assert.SkipWhen(root is null, "The sources are not beside the tests.");
        Directory.EnumerateDirectories(Path.Combine(root, "src"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateDirectories(Path.Combine(root, "tests"), "*", SearchOption.AllDirectories))
            .Where(d => !d.Contains("node_modules", StringComparison.Ordinal) && Vague.Contains(Path.GetFileName(d), StringComparer.OrdinalIgnoreCase))
            .ShouldBeEmpty();
    }

    private static bool IsOurs(string assembly) => assembly.StartsWith("Mainstreet", StringComparison.OrdinalIgnoreCase);

    private static string? Root([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Mainstreet.slnx"))) return folder;
        }

        return null;
    }
}
