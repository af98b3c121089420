using System.Text;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Mainstreet.Foundation.Data;

/// <summary>snake_case columns; a schema per module on PostgreSQL, a table prefix on SQLite (which drops schemas silently).</summary>
internal static class Naming
{
    internal const string ModuleAnnotation = "Mainstreet:Module";

    internal static void Apply(ModelBuilder model, string module, Engine engine)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            if (entity.GetTableName() is { } table && !entity.IsOwned())
            {
                var owner = (string?)entity.FindAnnotation(ModuleAnnotation)?.Value ?? module;
                if (engine == Engine.Postgres) entity.SetSchema(owner);
                else entity.SetTableName($"{owner}_{table}");
            }

            foreach (var property in entity.GetProperties()) Rename(property);
            foreach (var complex in entity.GetComplexProperties())
            {
                foreach (var property in complex.ComplexType.GetProperties())
                    property.SetColumnName(Snake(complex.Name) + "_" + Snake(property.Name));
            }
        }
    }

    internal static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var upper = char.IsUpper(name[i]);
            if (upper && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])))) snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }

    private static void Rename(IMutableProperty property) => property.SetColumnName(Snake(property.Name));
}
