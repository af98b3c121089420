namespace Mainstreet.Studio.Assistant.Usage;

/// <summary>What became of a question to a provider.</summary>
internal enum AiUseState
{
    /// <summary>Being answered; its tokens are reserved.</summary>
    Open,

    /// <summary>Answered to the end.</summary>
    Done,

    /// <summary>Ended by the person, or by a cap.</summary>
    Stopped,

    /// <summary>Ended by the provider.</summary>
    Failed,

    /// <summary>The process went away in the middle; everything that was reserved counts as used.</summary>
    Lost,
}

/// <summary>One question to one provider, and the tokens it took.</summary>
internal sealed class AiUse
{
    public Guid Id { get; init; }

    public Guid AccountId { get; init; }

    public Guid? ProjectId { get; init; }

    public string Feature { get; init; } = "";

    public string Provider { get; init; } = "";

    public string Model { get; init; } = "";

    public AiUseState State { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    /// <summary>Those of the input that came out of the provider's cache.</summary>
    public long CachedTokens { get; set; }

    /// <summary>True where the provider did not tell, and bytes were counted instead.</summary>
    public bool Estimated { get; set; }

    /// <summary>Whether it counts against budgets: the built-in assistant costs nothing.</summary>
    public bool Metered { get; init; }

    /// <summary>Tokens held back from the budgets while it is open.</summary>
    public long Reserved { get; init; }

    /// <summary>The month whose budgets it counts against, <c>yyyy-MM</c>.</summary>
    public string Period { get; init; } = "";

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>A month of one account, one project or the server. <c>Spent</c> is the sum of the metered uses that ended.</summary>
internal sealed class AiBudget
{
    /// <summary>account, project or server.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Zero for the server.</summary>
    public Guid ScopeId { get; init; }

    public string Period { get; init; } = "";

    public long Spent { get; set; }

    public long Reserved { get; set; }
}
