using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Access.Relations;

/// <summary>
/// The relationship model of this house: three types that Access fills from its own tables (memberships of businesses, members of
/// roles), and around them what an administrator writes, at first <see cref="Default"/>.
/// </summary>
internal static class HouseModel
{
    /// <summary>Filled by Access: no grant names these relations, except that a grant may make somebody member of a role.</summary>
    internal const string BuiltIn = """
        model
          schema 1.1

        type user

        type role
          relations
            define member: [user]

        type business
          relations
            define owner: [user]
            define agent: [user]
            define clerk: [user]
            define courier: [user]
            define member: owner or agent or clerk or courier
        """;

    /// <summary>The model until an administrator writes another.</summary>
    internal const string Default = """
        model
          schema 1.1

        # A product belongs to a business; the relation `business` of a thing is known from its module's own row.
        type shop
          relations
            define business: [business]
            define owner: owner from business
            define clerk: clerk from business

        type product
          relations
            define business: [business]
            define shop: [shop]
            define owner: owner from business or owner from shop
            define store.products.edit: owner or clerk from business or clerk from shop
        """;

    /// <summary>The relation by which a thing names its business.</summary>
    internal const string BusinessRelation = "business";

    internal static RelationModel Start { get; } = Read(Default).Value ?? throw new InvalidOperationException("The default model is wrong.");

    /// <summary>True for what Access fills itself.</summary>
    internal static bool IsFilled(string type, string relation) =>
        (type == "business" && (relation == "member" || Roles.OfBusinesses.Contains(relation))) || (type == "role" && relation == "member");

    /// <summary>
    /// The written model joined with the built-in types; it may name them, and add relations to them, but not change theirs.
    /// </summary>
    internal static Outcome<RelationModel> Read(string text)
    {
        if (text.Length > ModelReader.MaxLength) return ModelReader.Wrong($"has more than {ModelReader.MaxLength} characters");
        var known = ModelReader.Parse(BuiltIn);
        var written = ModelReader.Parse(text);
        if (written.Problem is { } problem) return problem;
        var types = known.Value!.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var type in written.Value!)
        {
            if (!types.TryGetValue(type.Name, out var own))
            {
                types[type.Name] = type;
                continue;
            }

            if (type.Relations.Keys.FirstOrDefault(own.Relations.ContainsKey) is { } taken)
                return ModelReader.Wrong($"{type.Name}#{taken} is built in");
            types[type.Name] = new RelationType(type.Name, own.Relations.Concat(type.Relations).ToFrozenDictionary(StringComparer.Ordinal));
        }

        return ModelReader.Join([.. types.Values]);
    }
}
