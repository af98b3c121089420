using System.Collections.Concurrent;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Mainstreet.Foundation.Data;

/// <summary>
/// A query that EF compiles once per model. EF's own compiled delegates belong to the first model that runs them and refuse
/// every other; a process that serves both engines (the tests do) has one model each.
/// </summary>
public sealed class CompiledQuery<TDelegate>(Func<TDelegate> compile)
    where TDelegate : Delegate
{
    private readonly ConcurrentDictionary<IModel, TDelegate> _byModel = new(ReferenceEqualityComparer.Instance as IEqualityComparer<IModel>);

    /// <summary>The delegate for the context's model.</summary>
    public TDelegate For(DbContext db) => _byModel.GetOrAdd(db.Model, static (_, make) => make(), compile);
}
