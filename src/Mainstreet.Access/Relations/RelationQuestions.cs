using Mainstreet.Foundation.Web;

namespace Mainstreet.Access.Relations;

/// <summary>
/// Whether a question means something to the model; what does not is told, rather than refused as if it did. Problems: 422
/// unknown_relation, invalid_grant for what the question brings along.
/// </summary>
internal static class RelationQuestions
{
    /// <summary>Why the model cannot answer, or <c>null</c>.</summary>
    internal static Problem? Check(RelationModel model, ObjectName subject, string relation, ObjectName resource)
    {
        if (!model.Types.ContainsKey(resource.Type)) return Unknown($"The model has no type {resource.Type}.");
        if (model.Find(resource.Type, relation) is null) return Unknown($"The model has no relation {resource.Type}#{relation}.");
        return CheckSubject(model, subject);
    }

    /// <summary>Why the model does not know this subject, or <c>null</c>.</summary>
    internal static Problem? CheckSubject(RelationModel model, ObjectName subject)
    {
        if (!model.Types.ContainsKey(subject.Type)) return Unknown($"The model has no type {subject.Type}.");
        return subject.Relation is { } named && model.Find(subject.Type, named) is null ? Unknown($"The model has no relation {subject.Type}#{named}.") : null;
    }

    /// <summary>Why a relation that the question brings along does not fit the model, or <c>null</c>.</summary>
    internal static Problem? CheckContext(RelationModel model, ObjectName subject, string relation, ObjectName resource) =>
        !resource.IsWildcard && model.Find(resource.Type, relation) is { } known && known.Takes(subject)
            ? null
            : AccessProblems.InvalidGrant.With($"{subject.Text} cannot be {resource.Type}#{relation} in this model.");

    private static Problem Unknown(string detail) => AccessProblems.UnknownRelation.With(detail);
}
