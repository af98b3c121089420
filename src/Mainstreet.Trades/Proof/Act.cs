using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>What somebody asked of a ticket.</summary>
internal enum ActKind
{
    Accept,
    Cancel,
    Reassign,
    Release,
    Read,
}

/// <summary>How it ended, as far as the one who asked knows.</summary>
internal enum ActOutcome
{
    Done,
    Refused,

    /// <summary>No clear answer: it may have taken effect at any time after its start, or never.</summary>
    Unknown,
}

/// <summary>One request about one ticket, as the checker sees it. Instants are microseconds since the run began.</summary>
/// <param name="Id">For counter-examples.</param>
/// <param name="Kind">What was asked.</param>
/// <param name="Account">The account that asked.</param>
/// <param name="Contractor">The asking contractor's id, for accept and release.</param>
/// <param name="Start">When it was sent.</param>
/// <param name="End">When it was answered; <see cref="long.MaxValue"/> when that is unknown.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The problem's code.</param>
/// <param name="ResultStatus">The ticket's status in the answer.</param>
/// <param name="ResultContractor">The ticket's contractor in the answer.</param>
/// <param name="AssignTo">Whom a reassignment named.</param>
internal sealed record Act(
    long Id, ActKind Kind, Guid Account, Guid? Contractor, long Start, long End, ActOutcome Outcome, int Status = 200, string? Code = null,
    string? ResultStatus = null, Guid? ResultContractor = null, Guid? AssignTo = null)
{
    /// <summary>Names of facts on recorded operations.</summary>
    internal static class Facts
    {
        internal const string Account = "account";
        internal const string Contractor = "contractor";
        internal const string AssignTo = "assignTo";
        internal const string Status = "status";
        internal const string ContractorId = "contractorId";
        internal const string Version = "version";
    }

    private static readonly Dictionary<string, ActKind> Kinds = new(StringComparer.Ordinal)
    {
        ["accept"] = ActKind.Accept,
        ["cancel"] = ActKind.Cancel,
        ["reassign"] = ActKind.Reassign,
        ["release"] = ActKind.Release,
        ["get"] = ActKind.Read,
    };

    /// <summary>
    /// The acts of one ticket's operations. Attempts of an accept are acts of their own (accept is idempotent for the same
    /// contractor); attempts of the other calls share an idempotency key and so are one act from first to last.
    /// </summary>
    internal static IReadOnlyList<Act> From(IEnumerable<Operation> operations)
    {
        var acts = new List<Act>();
        foreach (var call in operations.Where(o => Kinds.ContainsKey(o.Name) && !o.IsThrottled).GroupBy(o => o.Call))
        {
            var attempts = call.OrderBy(o => o.Start).ToArray();
            var kind = Kinds[attempts[0].Name];
            if (kind == ActKind.Accept) acts.AddRange(attempts.Select(o => From(o, kind, o.Start, firstUnknown: false)));
            else if (kind == ActKind.Read) acts.AddRange(attempts.Where(o => o.Status == 200).Select(o => From(o, kind, o.Start, firstUnknown: false)));
            else acts.Add(From(attempts[^1], kind, attempts[0].Start, firstUnknown: attempts.Length > 1));
        }

        return acts;
    }

    public override string ToString() =>
        $"[{Start / 1000.0:F1}–{(End == long.MaxValue ? "?" : $"{End / 1000.0:F1}")} ms] {(Contractor ?? Account).ToString()[^6..]} {Kind.ToString().ToLowerInvariant()} → " +
        $"{(Outcome == ActOutcome.Unknown ? "unknown" : Status)}{(Code is null ? "" : " " + Code)}" +
        $"{(Outcome == ActOutcome.Done && ResultStatus is not null ? $" {ResultStatus} {ResultContractor?.ToString()[^6..] ?? "nobody"}" : "")}";

    private static Act From(Operation o, ActKind kind, long start, bool firstUnknown)
    {
        var outcome = o.Status is >= 200 and < 300 ? ActOutcome.Done
            : o.IsUnknown || firstUnknown ? ActOutcome.Unknown
            : ActOutcome.Refused;
        return new Act(
            o.Id, kind, IdOf(o.Fact(Facts.Account)) ?? Guid.Empty, IdOf(o.Fact(Facts.Contractor)), start,
            outcome == ActOutcome.Unknown ? long.MaxValue : o.End, outcome, o.Status, o.Code,
            o.Fact(Facts.Status), IdOf(o.Fact(Facts.ContractorId)), IdOf(o.Fact(Facts.AssignTo)));
    }

    private static Guid? IdOf(string? text) => Guid.TryParse(text, out var id) ? id : null;
}
