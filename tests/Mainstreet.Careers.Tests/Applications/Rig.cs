using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers.Tests.Applications;

/// <summary>A person, postings, a sender, a clock, and one or more processes that share a database.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly List<CareersHost> _hosts = [];

    private Rig(TestDatabase database, ScriptedSender sender) => (_database, Sender) = (database, sender);

    internal ScriptedSender Sender { get; }

    internal FixedPostings Postings { get; } = new();

    internal Ahead Clock { get; } = new();

    /// <summary>Whether the person's address is; to be set before the first process starts.</summary>
    internal bool Confirmed { get; private init; } = true;

    internal Caller Caller { get; } = CareersHost.NewCaller();

    internal CareersHost Host => _hosts[0];

    internal static async Task<Rig> StartAsync(Engine engine, ScriptedSender? sender = null, int replicas = 1, bool start = true, bool confirmed = true, params string[] settings)
    {
        var rig = new Rig(await CareersHost.CreateDatabaseAsync(engine), sender ?? new ScriptedSender()) { Confirmed = confirmed };
        // SQLite is for one process.
        for (var i = 0; i < (engine == Engine.Postgres ? replicas : 1); i++)
        {
            var host = CareersHost.Build(rig._database, rig.Add, settings);
            rig._hosts.Add(host);
            if (start) await host.StartAsync();
        }

        return rig;
    }

    /// <summary>Ends the processes there are and starts another.</summary>
    internal async Task<CareersHost> AnotherAsync(params string[] settings)
    {
        foreach (var host in _hosts) await host.StopAsync();
        return await CareersHost.StartAsync(_database, Add, settings);
    }

    internal CareersHost Replica(int number) => _hosts[number % _hosts.Count];

    internal Task<(StoredDocument Resume, StoredDocument Letter)> EquipAsync(Guid job) => Host.EquipAsync(Caller, job, Postings.Known[job].Text);

    internal Task<Outcome<ApplicationView>> SubmitAsync(Guid job, SubmitRoutes.Request? request = null, CareersHost? on = null) => (on ?? Host)
        .WithAsync<SubmitApplication, Outcome<ApplicationView>>(async s =>
        {
            var done = await s.RunAsync(job, null, request ?? new SubmitRoutes.Request(), Caller, new IdempotentCall(), CancellationToken.None);
            return done.Ok ? done.Value.View : done.Problem;
        });

    internal async Task<Outcome<ApplicationView>> ChangeAsync(Guid id, ChangeApplication.Request request)
    {
        await using var scope = Host.Services.CreateAsyncScope();
        await using var db = Host.Open();
        var answer = (await ChangeApplication.Handle(id, request, Caller, new DefaultHttpContext(), db,
            ActivatorUtilities.CreateInstance<DailyQuota>(scope.ServiceProvider, db), TimeProvider.System, CancellationToken.None)).Result;
        return answer is ProblemHttpResult problem
            ? new Problem(problem.StatusCode, (string)problem.ProblemDetails.Extensions["code"]!, problem.ProblemDetails.Title!)
            : ((Ok<ApplicationView>)answer).Value!;
    }

    internal Task DeliveredAsync(Guid id, Delivery delivery) => Host.UntilAsync(db => db.Applications.AnyAsync(a => a.Id == id && a.Delivery == delivery), $"its delivery is {delivery}");

    internal Task<List<string>> HistoryAsync(Guid id)
    {
        var stream = JobApplication.Stream(id);
        return Host.ReadAsync(db => db.Audit.AsNoTracking().Where(a => a.Stream == stream).OrderBy(a => a.Seq).Select(a => a.Action).ToListAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
        await _database.DisposeAsync();
    }

    private void Add(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<IApplyTargets>(Postings);
        services.AddSingleton<IPostingTexts>(Postings);
        services.AddSingleton<IAccounts>(new OneAccount(new AccountInfo(Caller.Id, Caller.Email, Confirmed, Caller.DisplayName, false)));
        services.AddKeyedSingleton<IProviders>(CareersModule.Providers, Sender);
    }
}

/// <summary>The only account there is.</summary>
internal sealed class OneAccount(AccountInfo account) : IAccounts
{
    public Task<AccountInfo?> FindAsync(Guid id, CancellationToken cancel) => Task.FromResult(id == account.Id ? account : null);

    public Task<AccountInfo?> FindByEmailAsync(string email, CancellationToken cancel) => Task.FromResult(email == account.Email ? account : null);
}

/// <summary>The real clock, some time ahead.</summary>
internal sealed class Ahead : TimeProvider
{
    private TimeSpan _by;

    internal void Advance(TimeSpan by) => _by += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _by;
}
