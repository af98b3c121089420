using Mainstreet.Studio.Assistant.Usage;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class AssistantMapping
{
    // No concurrency tokens: budgets change while their rows are held, and a use ends by a guarded update.
    internal static void Map(ModelBuilder model)
    {
        model.Entity<AiUse>(e => e.ToTable("ai_uses").HasKey(u => u.Id));
        model.Entity<AiBudget>(e => e.ToTable("ai_budgets").HasKey(b => new { b.Scope, b.ScopeId, b.Period }));
    }
}
