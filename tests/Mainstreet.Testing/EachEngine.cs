using System.Reflection;

using Mainstreet.Foundation.Data;

using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Mainstreet.Testing;

/// <summary>
/// A theory row per database engine: the test takes an <see cref="Engine"/>. Without a PostgreSQL server
/// (<c>MAINSTREET_TEST_POSTGRES</c>) its row is a visible skip, in CI a failure. Named engines are the only ones.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachEngineAttribute(params Engine[] engines) : DataAttribute
{
    private readonly Engine[] _engines = engines.Length == 0 ? [Engine.Sqlite, Engine.Postgres] : engines;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. _engines.Select(Row)]);

    public override bool SupportsDiscoveryEnumeration() => true;

    private static TheoryDataRow<Engine> Row(Engine engine) => new(engine)
    {
        Skip = engine == Engine.Postgres ? TestDatabase.WhyNoPostgres : null,
    };
}
