using System.Collections.Frozen;
using System.Globalization;

using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access.Decisions;

/// <summary>
/// Answers a <see cref="Question"/> from the compiled rules: first the subject's own grants, then its roles with what they inherit and
/// were granted, then the relations of the model. Whatever allows first decides; nothing forbids. A role that is held in a business
/// counts for what belongs to that business only. Every lookup starts at the subject, so a refusal costs the same as a permission.
/// </summary>
internal readonly ref struct Decision
{
    private readonly RuleSet _rules;
    private readonly Permission? _declared;
    private readonly Question _question;
    private readonly DateTimeOffset _now;
    private readonly Trace? _trace;
    private readonly string _wholeType;
    private readonly string? _business;

    private Decision(RuleSet rules, Permission? declared, Question question, DateTimeOffset now, Trace? trace)
    {
        _rules = rules;
        _declared = declared;
        _question = question;
        _now = now;
        _trace = trace;
        _wholeType = question.Resource.IsWildcard ? question.Resource.Text : $"{question.Resource.Type}:*";
        _business = question.BusinessId is { } id && question.Resource.Type != "business" ? $"business:{id}" : null;
    }

    /// <param name="rules">The rules.</param>
    /// <param name="declared">What modules declare, by name.</param>
    /// <param name="question">The question.</param>
    /// <param name="now">Grants that expire at or before this instant give nothing.</param>
    /// <param name="trace">Takes down what was tried.</param>
    internal static Verdict Take(
        RuleSet rules, FrozenDictionary<string, Permission> declared, Question question, DateTimeOffset now, Trace? trace = null)
    {
        var decision = new Decision(rules, declared.GetValueOrDefault(question.Permission), question, now, trace);
        return decision.Self() || decision.OfRoles() ? Verdict.Allowed : decision.OfRelations();
    }

    private bool Self()
    {
        if (_question.Subject is { Type: "user", IsWildcard: false, Relation: null } && _question.Account is null)
            _trace?.Note(Rule.Account, false, $"{_question.Subject.Text} is no account that is open: only grants and relations count");
        return Granted(_question.Subject.Text) || (_question.Subject is { Type: "user", IsWildcard: false, Relation: null } && Granted("user:*"));
    }

    private bool OfRoles()
    {
        if (_question.Subject is { Type: "role", Relation: null } asked) return Held(asked.Id, null, "asked for");
        if (_question.Account is { } account)
        {
            if (_question.Resource == Question.System && _declared?.Roles.Contains(Roles.Anyone) == true)
            {
                _trace?.Note(Rule.Role, true, "every signed-in account holds it");
                return true;
            }

            foreach (var role in account.AccountRoles)
            {
                if (Held(role, null, "of the account")) return true;
            }

            foreach (var membership in account.Memberships)
            {
                if (Held(membership.Role, membership.BusinessId, "in a business")) return true;
            }
        }

        foreach (var given in _rules.Of(_question.Subject.Text)?.Memberships ?? [])
        {
            var role = given.Resource["role:".Length..];
            if (given.StandsAt(_now) && Held(role, null, $"by grant {given.Id}")) return true;
        }

        return false;
    }

    private bool Held(string role, Guid? businessId, string how)
    {
        if (businessId is { } scope && scope != _question.BusinessId)
        {
            _trace?.Note(Rule.Role, false, $"{role} in business:{scope}: the resource does not belong to that business");
            return false;
        }

        _trace?.Open();
        var holds = Gives(_rules.Roles.Of(role));
        _trace?.Close(Rule.Role, holds, businessId is null ? $"role {role}, {how}" : $"role {role} in business:{businessId}");
        return holds;
    }

    private bool Gives(RoleClosure closure)
    {
        if (closure.Permissions.Contains(_question.Permission))
        {
            _trace?.Note(Rule.Role, true, $"{string.Join(" < ", closure.Names)} was given {_question.Permission}");
            return true;
        }

        if (_declared is not null)
        {
            foreach (var name in closure.Names)
            {
                if (!Declares(name)) continue;
                _trace?.Note(Rule.Role, true, $"{name} holds {_question.Permission}");
                return true;
            }
        }

        _trace?.Note(Rule.Role, false, $"{string.Join(" < ", closure.Names)} does not hold {_question.Permission}");
        foreach (var subject in closure.Subjects)
        {
            if (subject != _question.Subject.Text && Granted(subject)) return true;
        }

        return false;
    }

    // Customers and contractors hold their permissions for what is theirs, which the module decides by its rows.
    private bool Declares(string role) => _declared!.Roles.Contains(role)
        && (role is not (Roles.Customer or Roles.Contractor) || _question.Resource == Question.System);

    private bool Granted(string subject)
    {
        if (_rules.Of(subject) is not { } grants)
        {
            _trace?.Note(Rule.Grant, false, $"{subject} has no grants");
            return false;
        }

        if (Granted(grants, _question.Resource.Text) || (!_question.Resource.IsWildcard && Granted(grants, _wholeType))
            || (_business is { } business && (Granted(grants, business) || Granted(grants, "business:*"))))
        {
            return true;
        }

        _trace?.Note(Rule.Grant, false, $"{subject} has no grant of {_question.Permission} on {_question.Resource.Text}"
            + $"{(_question.Resource.IsWildcard ? "" : ", " + _wholeType)}{(_business is null ? "" : $", {_business}, business:*")}");
        return false;
    }

    private bool Granted(SubjectGrants grants, string resource)
    {
        if (grants.Find(_question.Permission, resource) is not { } grant) return false;
        var stands = grant.StandsAt(_now);
        _trace?.Note(Rule.Grant, stands, $"grant {grant.Id} of {grant.Permission} on {grant.Resource} to {grant.Subject}"
            + (stands ? "" : string.Create(CultureInfo.InvariantCulture, $" ended {grant.ExpiresAt:O}")));
        return stands;
    }

    private Verdict OfRelations()
    {
        var resource = _question.Resource;
        if (resource.IsWildcard || _rules.Model.Find(resource.Type, _question.Permission) is not { } relation)
        {
            _trace?.Note(Rule.Relation, false, $"the model has no relation {resource.Type}#{_question.Permission}{(resource.IsWildcard ? " for a whole type" : "")}");
            return Verdict.Refused;
        }

        var belongs = _question.BusinessId is { } id ? (resource.Text, id) : ((string, Guid)?)null;
        var facts = new RelationFacts(_rules, _now, _question.Account, _question.Context, belongs);
        return RelationCheck.Decide(facts, _question.Subject, resource, relation, _trace);
    }
}
