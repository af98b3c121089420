using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Assistant.Usage;

/// <summary>Who asks, what for.</summary>
internal sealed record AiPurpose(Guid AccountId, Guid? ProjectId, string Feature);

/// <summary>Leave to use so many tokens, input and output together.</summary>
internal sealed record AiLeave(Guid UseId, long Tokens);

/// <summary>Tokens as the provider told them, or as bytes were counted.</summary>
internal sealed record AiTokens(long Input, long Output, long Cached, bool Estimated);

/// <summary>
/// Every question to a provider is a row. Before it is sent, its tokens are reserved in the budgets of the account, of the project and of the
/// server, in one transaction: what is spent and reserved together never passes a cap, whichever replicas ask. When it ends, however it ends,
/// the row takes what was used and the budgets take that for the reservation, in one transaction, once.
/// </summary>
internal sealed class TokenLedger(IDbContextFactory<StudioDb> contexts, IOptions<AssistantOptions> options, TimeProvider clock)
{
    /// <summary>With less leave than this for an answer there is no point in asking.</summary>
    internal const int LeastAnswer = 32;

    /// <param name="purpose">Who asks, what for.</param>
    /// <param name="provider">Name of the provider.</param>
    /// <param name="model">Name of its model.</param>
    /// <param name="input">Tokens of the question, rather too many than too few.</param>
    /// <param name="output">Tokens of the longest answer that is wanted; less may be granted.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The leave; or ai_budget_exhausted.</returns>
    internal async Task<Outcome<AiLeave>> OpenAsync(AiPurpose purpose, string provider, string model, long input, long output, CancellationToken cancel)
    {
        var now = clock.Now();
        var period = Period(now);
        var scopes = Scopes(purpose);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        foreach (var (scope, id, _) in scopes) await EnsureAsync(db, scope, id, period, cancel);
        return await db.InTransactionAsync<Outcome<AiLeave>>(async token =>
        {
            var granted = input + output;
            foreach (var (scope, id, cap) in scopes)
            {
                // The row is held until the transaction ends; always in the same order, so nobody waits in a circle.
                var row = db.AiBudgets.Where(b => b.Scope == scope && b.ScopeId == id && b.Period == period);
                await row.ExecuteUpdateAsync(set => set.SetProperty(b => b.Reserved, b => b.Reserved), token);
                var budget = await row.AsNoTracking().SingleAsync(token);
                if (cap == 0) continue;
                granted = Math.Min(granted, cap - budget.Spent - budget.Reserved);
                if (granted < input + LeastAnswer) return Exhausted(scope, cap, budget, now);
            }
            foreach (var (scope, id, _) in scopes)
            {
                await db.AiBudgets.Where(b => b.Scope == scope && b.ScopeId == id && b.Period == period)
                    .ExecuteUpdateAsync(set => set.SetProperty(b => b.Reserved, b => b.Reserved + granted), token);
            }
            var use = Row(purpose, provider, model, now, AiUseState.Open, metered: true, granted);
            db.AiUses.Add(use);
            await db.SaveChangesAsync(token);
            return new AiLeave(use.Id, granted);
        }, cancel);
    }

    /// <summary>Ends a use once; a second end changes nothing. Must run also when the person has gone, so it takes no token of theirs.</summary>
    internal async Task CloseAsync(AiPurpose purpose, AiLeave leave, AiUseState state, AiTokens tokens, CancellationToken shutdown)
    {
        await using var db = await contexts.CreateDbContextAsync(shutdown);
        await db.InTransactionAsync(token => CloseAsync(db, purpose, leave.UseId, state, tokens, token), shutdown);
    }

    /// <summary>Writes down what the built-in assistant did; it is not metered.</summary>
    internal async Task NoteAsync(AiPurpose purpose, AiTokens tokens, CancellationToken shutdown)
    {
        await using var db = await contexts.CreateDbContextAsync(shutdown);
        var use = Row(purpose, BuiltIn.Name, "compiler", clock.Now(), AiUseState.Done, metered: false, 0);
        (use.InputTokens, use.OutputTokens, use.Estimated, use.EndedAt) = (tokens.Input, tokens.Output, true, use.StartedAt);
        db.AiUses.Add(use);
        await db.SaveChangesAsync(shutdown);
    }

    /// <summary>Ends what a process left open when it went away: everything that was reserved counts as used, since nobody knows better.</summary>
    internal async Task<int> CloseLostAsync(CancellationToken cancel)
    {
        // An answer ends by itself after its timeout; a use that is twice as old has nobody any more.
        var before = clock.Now() - (options.Value.AnswerTimeout * 2) - TimeSpan.FromMinutes(1);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var lost = await db.AiUses.AsNoTracking().Where(u => u.State == AiUseState.Open && u.StartedAt < before).OrderBy(u => u.StartedAt).Take(500).ToListAsync(cancel);
        foreach (var use in lost)
        {
            await db.InTransactionAsync(token => CloseAsync(
                db, new AiPurpose(use.AccountId, use.ProjectId, use.Feature), use.Id, AiUseState.Lost, new AiTokens(use.Reserved, 0, 0, true), token), cancel);
        }
        return lost.Count;
    }

    /// <summary>The month's caps that the purpose is under, with what is left of them.</summary>
    internal async Task<IReadOnlyList<BudgetState>> BudgetsAsync(AiPurpose purpose, CancellationToken cancel)
    {
        var period = Period(clock.Now());
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var states = new List<BudgetState>();
        // What the server has spent as a whole is the operator's business.
        foreach (var (scope, id, cap) in Scopes(purpose).Where(s => s.Cap > 0 && s.Name != "server"))
        {
            var row = await db.AiBudgets.AsNoTracking().SingleOrDefaultAsync(b => b.Scope == scope && b.ScopeId == id && b.Period == period, cancel);
            states.Add(new BudgetState(scope, id, period, cap, row?.Spent ?? 0, row?.Reserved ?? 0));
        }
        return states;
    }

    private async Task CloseAsync(StudioDb db, AiPurpose purpose, Guid useId, AiUseState state, AiTokens tokens, CancellationToken cancel)
    {
        var now = (DateTimeOffset?)clock.Now();
        // Budgets first, as when they were reserved; the guard on the use tells whether this end is the first.
        var use = await db.AiUses.AsNoTracking().SingleOrDefaultAsync(u => u.Id == useId && u.State == AiUseState.Open, cancel);
        if (use is null) return;
        var used = tokens.Input + tokens.Output;
        var budgets = Scopes(purpose).Select(s => (s.Name, s.Id)).ToList();
        foreach (var (scope, id) in budgets)
        {
            await db.AiBudgets.Where(b => b.Scope == scope && b.ScopeId == id && b.Period == use.Period)
                .ExecuteUpdateAsync(set => set.SetProperty(b => b.Reserved, b => b.Reserved), cancel);
        }
        var closed = await db.AiUses.Where(u => u.Id == useId && u.State == AiUseState.Open).ExecuteUpdateAsync(set => set
            .SetProperty(u => u.State, state).SetProperty(u => u.InputTokens, tokens.Input).SetProperty(u => u.OutputTokens, tokens.Output)
            .SetProperty(u => u.CachedTokens, tokens.Cached).SetProperty(u => u.Estimated, tokens.Estimated).SetProperty(u => u.EndedAt, now), cancel);
        if (closed == 0) return;
        foreach (var (scope, id) in budgets)
        {
            await db.AiBudgets.Where(b => b.Scope == scope && b.ScopeId == id && b.Period == use.Period).ExecuteUpdateAsync(set => set
                .SetProperty(b => b.Reserved, b => b.Reserved - use.Reserved).SetProperty(b => b.Spent, b => b.Spent + used), cancel);
        }
    }

    // Counted whether or not there is a cap today, so that one set tomorrow knows the month.
    private List<(string Name, Guid Id, long Cap)> Scopes(AiPurpose purpose)
    {
        var scopes = new List<(string, Guid, long)> { ("account", purpose.AccountId, options.Value.AccountTokensPerMonth) };
        if (purpose.ProjectId is { } project) scopes.Add(("project", project, options.Value.ProjectTokensPerMonth));
        scopes.Add(("server", Guid.Empty, options.Value.ServerTokensPerMonth));
        return scopes;
    }

    private AiUse Row(AiPurpose purpose, string provider, string model, DateTimeOffset now, AiUseState state, bool metered, long reserved) => new()
    {
        Id = clock.NewId(),
        AccountId = purpose.AccountId,
        ProjectId = purpose.ProjectId,
        Feature = purpose.Feature,
        Provider = provider,
        Model = model,
        State = state,
        Metered = metered,
        Reserved = reserved,
        Period = Period(now),
        StartedAt = now,
    };

    private static string Period(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static Problem Exhausted(string scope, long cap, AiBudget budget, DateTimeOffset now)
    {
        var next = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        return AssistantProblems.BudgetExhausted with
        {
            RetryAfterSeconds = (int)Math.Ceiling((next - now).TotalSeconds),
            Facts = scope == "server"
                ? new Dictionary<string, object?> { ["scope"] = scope }
                : new Dictionary<string, object?> { ["scope"] = scope, ["limit"] = cap, ["spent"] = budget.Spent, ["reserved"] = budget.Reserved },
        };
    }

    /// <summary>Makes the row, in a transaction of its own: two who make it at once must not break the one that counts.</summary>
    private static async Task EnsureAsync(StudioDb db, string scope, Guid id, string period, CancellationToken cancel)
    {
        if (await db.AiBudgets.AnyAsync(b => b.Scope == scope && b.ScopeId == id && b.Period == period, cancel)) return;
        db.AiBudgets.Add(new AiBudget { Scope = scope, ScopeId = id, Period = period });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // Another request was quicker.
        }
        db.ChangeTracker.Clear();
    }
}

/// <param name="Limit">Tokens of the month.</param>
public sealed record BudgetState(string Scope, Guid ScopeId, string Period, long Limit, long Spent, long Reserved);
