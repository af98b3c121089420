using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Web;

/// <summary>
/// One request under an <c>Idempotency-Key</c>. The use case calls <see cref="Answer{T}"/> just before it saves, so that
/// the answer is stored by the transaction that makes it true; a crash in between leaves neither. Without a key nothing happens.
/// </summary>
public sealed class IdempotentCall
{
    internal IdempotencyRow? Claim { get; set; }

    internal bool Answered { get; private set; }

    /// <summary>True when the request carries a key.</summary>
    public bool Wanted => Claim is not null;

    /// <summary>Stores the answer with the next save of <paramref name="db"/>.</summary>
    public void Answer<T>(ModuleDb db, int status, T body, string? location = null)
    {
        if (Claim is not { } claim) return;
        // Guarded by the fence: if the claim was taken over meanwhile, the save fails and with it the effect.
        var row = new IdempotencyRow
        {
            AccountId = claim.AccountId,
            Key = claim.Key,
            Fingerprint = claim.Fingerprint,
            Fence = claim.Fence,
            CreatedAt = claim.CreatedAt,
            RunningUntil = claim.RunningUntil,
        };
        db.IdempotencyKeys.Attach(row);
        row.Status = status;
        row.Body = JsonSerializer.Serialize(body, Json.Wire);
        row.Location = location;
        row.RunningUntil = null;
        Answered = true;
    }

    public static ValueTask<IdempotentCall> BindAsync(HttpContext context)
    {
        var call = context.Features.Get<IdempotentCall>();
        if (call is null) context.Features.Set(call = new IdempotentCall());
        return ValueTask.FromResult(call);
    }
}

/// <summary>Honours <c>Idempotency-Key</c> on a route (draft-ietf-httpapi-idempotency-key-header).</summary>
public static class Idempotency
{
    private const int MaxKeyLength = 200;

    /// <summary>A request that has not answered after this long is taken for dead and its key may be taken over.</summary>
    private static readonly TimeSpan RunningFor = TimeSpan.FromSeconds(60);

    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder builder) => builder.AddEndpointFilterFactory((_, next) => async invocation =>
    {
        var context = invocation.HttpContext;
        if (!context.Request.Headers.TryGetValue("Idempotency-Key", out var header)) return await next(invocation);
        var key = header.ToString();
        if (key.Length is 0 or > MaxKeyLength || key.Any(char.IsControl))
            return Problem.Invalid("Idempotency-Key", $"must be 1 to {MaxKeyLength} printable characters").ToHttp();

        var caller = await Caller.BindAsync(context);
        var fingerprint = Fingerprint(context, invocation);
        var factory = context.RequestServices.GetRequiredService<IDbContextFactory<FoundationDb>>();
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var (claim, replay) = await ClaimAsync(factory, clock, caller.Id, key, fingerprint, context.RequestAborted);
        if (replay is not null) return replay;

        var call = await IdempotentCall.BindAsync(context);
        call.Claim = claim;
        var committed = false;
        try
        {
            var result = await next(invocation);
            // A use case may fail after it said its answer: handlers hand their results over wrapped.
            var given = result is INestedHttpResult nested ? nested.Result : result;
            committed = call.Answered && given is not Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult;
            return result;
        }
        finally
        {
            if (!committed) await ReleaseAsync(factory, claim!);
        }
    });

    private static async Task<(IdempotencyRow? Claim, IResult? Replay)> ClaimAsync(
        IDbContextFactory<FoundationDb> factory, TimeProvider clock, Guid account, string key, string fingerprint, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var db = await factory.CreateDbContextAsync(cancel);
            var now = clock.Now();
            var row = await db.IdempotencyKeys.SingleOrDefaultAsync(r => r.AccountId == account && r.Key == key, cancel);
            if (row is { Fingerprint: var known } && known != fingerprint)
                return (null, new Problem(422, "idempotency_key_reused", "This key was used with another request.").ToHttp());
            if (row is { Status: { } status })
                return (null, new Replayed(status, row.Body!, row.Location));
            if (row is { RunningUntil: { } until } && until > now)
                return (null, new Problem(409, "in_progress", "The first request with this key is still running.") { RetryAfterSeconds = 1 }.ToHttp());
            if (row is null)
            {
                row = new IdempotencyRow { AccountId = account, Key = key, Fingerprint = fingerprint, CreatedAt = now };
                db.IdempotencyKeys.Add(row);
            }

            row.RunningUntil = now + RunningFor;
            row.Fence++;
            try
            {
                await db.SaveChangesAsync(cancel);
                return (row, null);
            }
            catch (DbUpdateException) when (attempt < 3)
            {
                // Another request with the key was quicker; look again.
            }
        }
    }

    private static async Task ReleaseAsync(IDbContextFactory<FoundationDb> factory, IdempotencyRow claim)
    {
        await using var db = await factory.CreateDbContextAsync(CancellationToken.None);
        await db.InTransactionAsync(token => db.IdempotencyKeys
            .Where(r => r.AccountId == claim.AccountId && r.Key == claim.Key && r.Fence == claim.Fence && r.Status == null)
            .ExecuteDeleteAsync(token), CancellationToken.None);
    }

    private static string Fingerprint(HttpContext context, EndpointFilterInvocationContext invocation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Method} {context.Request.Path}\n"));
        foreach (var argument in invocation.Arguments)
        {
            // The body record, as bound: insensitive to white space and order, sensitive to every value.
            if (argument is not null && argument.GetType() is { IsNested: true, Name: "Request" })
                hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(argument, argument.GetType(), Json.Wire));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Replayed(int Status, string Body, string? Location) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            httpContext.Response.Headers["Idempotency-Replayed"] = "true";
            if (Location is not null) httpContext.Response.Headers.Location = Location;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            await httpContext.Response.WriteAsync(Body, httpContext.RequestAborted);
        }
    }
}

/// <summary>Forgets keys after a day.</summary>
internal sealed class IdempotencyPruning(FoundationDb db, TimeProvider clock) : IRecurringJob
{
    public Task RunAsync(CancellationToken cancel)
    {
        var before = clock.Now() - TimeSpan.FromDays(1);
        return db.InTransactionAsync(token => db.IdempotencyKeys.Where(r => r.CreatedAt < before).ExecuteDeleteAsync(token), cancel);
    }
}
