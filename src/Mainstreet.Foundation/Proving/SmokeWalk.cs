using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Proving;

/// <summary>
/// A walk in progress: its client, and the steps taken so far. A step that fails does not end the walk: those that need
/// what it would have left are recorded as not reached, all others are walked.
/// </summary>
public sealed class SmokeWalk
{
    private const string NeedsToken = "an account: give its access token in MAINSTREET_SMOKE_TOKEN";
    private static readonly Dictionary<string, string> AsBrowser = new() { ["Accept"] = "text/html" };
    private readonly List<SmokeStep> _steps = [];
    private readonly string _path;
    private readonly string _walk;
    private readonly SmokeTap _tap;
    private readonly SmokeRoutes _routes;
    private readonly string? _token;
    private readonly bool _readOnly;
    private readonly CancellationToken _cancel;
    private int _calls;

    internal SmokeWalk(ISmokePath path, ProofRun run, ProofClient client, SmokeTap tap, SmokeSettings settings, CancellationToken cancel)
    {
        (_path, _walk, Run, Client, _tap) = (path.Name, path.GetType().Name, run, client, tap);
        (_routes, _token, _readOnly, _cancel) = (settings.Routes, settings.Token, settings.ReadOnly, cancel);
    }

    public ProofRun Run { get; }

    public ProofClient Client { get; }

    public IReadOnlyList<SmokeStep> Steps => _steps;

    /// <summary>Nobody: asks without credentials.</summary>
    public static SmokeResult<SyntheticAccount>? Nobody => null;

    /// <summary>Takes and times one step.</summary>
    /// <param name="name">What is walked; unique within the walk.</param>
    /// <param name="step">Asks and checks.</param>
    /// <param name="needs">Steps that must have succeeded before, beyond those whose values are taken.</param>
    public async Task<SmokeResult<T>> StepAsync<T>(string name, Func<Task<T>> step, params ISmokeResult[] needs)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(needs);
        if (_steps.Exists(s => s.Name == name)) throw new InvalidOperationException($"{_walk} has two steps named \"{name}\".");
        var start = Run.Clock.GetTimestamp();
        _tap.Begin();
        try
        {
            _cancel.ThrowIfCancellationRequested();
            foreach (var need in needs) need.Need();
            var result = await step();
            return Record(SmokeOutcome.Ok, null, result);
        }
        catch (SmokeNotReachedException missing)
        {
            return Record(missing.Skipped ? SmokeOutcome.Skipped : SmokeOutcome.NotReached, missing.Message, default);
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            return Record(SmokeOutcome.NotReached, "not reached: time is up", default);
        }
        catch (Exception failure) when (failure is ProofException or KeyNotFoundException or InvalidOperationException or FormatException or JsonException)
        {
            var message = failure is ProofException ? failure.Message : $"the answer has not the expected shape: {failure.Message}";
            return Record(SmokeOutcome.Failed, message, default);
        }

        SmokeResult<T> Record(SmokeOutcome outcome, string? why, T? value)
        {
            var requests = _tap.End();
            _steps.Add(new SmokeStep(_path, name, Run.Clock.GetElapsedTime(start), outcome == SmokeOutcome.Skipped ? null : why)
            {
                Outcome = outcome,
                Why = why,
                Requests = requests,
                Routes = [.. requests.Select(_routes.Find).Distinct(StringComparer.Ordinal)],
                Walk = _walk,
            });
            return new SmokeResult<T>(outcome == SmokeOutcome.Skipped ? NeedsToken : name, outcome, value);
        }
    }

    /// <summary>A body that is made when it is sent, from values of steps.</summary>
    public static Func<object> Late(Func<object> body) => body;

    /// <summary>A step: a synthetic account registers and signs in.</summary>
    public Task<SmokeResult<SyntheticAccount>> AccountAsync(string name, string role = "customer") =>
        StepAsync($"register and sign in: {name}", async () =>
        {
            var account = await SyntheticAccount.CreateAsync(Client, name, role, Run.Clock, _cancel);
            return account.Id != Guid.Empty && account.RegisteredAs == account.Id ? account : throw new ProofException($"registering answered the account {account.RegisteredAs}, signing in {account.Id}");
        });

    /// <summary>The account that a walk reads with: the one whose token was given; in a run that may write, a new synthetic one.</summary>
    public Task<SmokeResult<SyntheticAccount>> ReaderAsync() =>
        _token is { } token ? Task.FromResult(new SmokeResult<SyntheticAccount>("reader", SmokeOutcome.Ok, SyntheticAccount.Holding("reader", token)))
        : _readOnly ? Task.FromResult(new SmokeResult<SyntheticAccount>(NeedsToken, SmokeOutcome.Skipped, null))
        : AccountAsync("reader");

    /// <summary>Asks, inside a step, and has the whole answer read. Targets take turns.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">From the root, with query; results of steps may stand in it.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="body">Sent as JSON; results of steps may stand in it.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<SmokeAnswer> AskAsync(
        HttpMethod method, FormattableString path, SmokeResult<SyntheticAccount>? by, object? body = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(path);
        var to = FormattableString.Invariant(path);
        var call = new ProofCall($"{method} {to}", method, to) { Account = by?.Value, Headers = headers, Download = true, Target = _calls++ };
        return await SendAsync(body switch
        {
            null => call,
            Func<object> late => call with { SignedBody = JsonSerializer.Serialize(late(), Json.Wire) },
            SmokeFile file => call with { File = (file.Bytes.ToArray(), file.MediaType) },
            _ => call with { SignedBody = JsonSerializer.Serialize(body, Json.Wire) },
        });
    }

    /// <summary>A step: reads, expects 200.</summary>
    public Task<SmokeResult<T>> GetAsync<T>(string step, SmokeResult<SyntheticAccount>? by, FormattableString path, Func<SmokeAnswer, T> check, params ISmokeResult[] needs) =>
        SendAsync(step, HttpMethod.Get, path, by, null, 200, check, needs);

    /// <summary>A step: writes, expects this status.</summary>
    public Task<SmokeResult<T>> SendAsync<T>(
        string step, HttpMethod method, FormattableString path, SmokeResult<SyntheticAccount>? by, object? body, int status, Func<SmokeAnswer, T> check, params ISmokeResult[] needs) =>
        StepAsync(step, async () => check((await AskAsync(method, path, by, body)).Answered(status)), needs);

    /// <summary>A step: a request that must be refused, as a problem with this status and code.</summary>
    public Task<SmokeResult<SmokeAnswer>> RefusedAsync(
        string step, int status, string code, HttpMethod method, FormattableString path, SmokeResult<SyntheticAccount>? by, object? body = null, params ISmokeResult[] needs) =>
        StepAsync(step, async () => (await AskAsync(method, path, by, body)).Problem(status, code), needs);

    /// <summary>A step: a page as a browser asks for it, in the house's frame, with this title and these words.</summary>
    public Task<SmokeResult<SmokeAnswer>> PageAsync(string step, SmokeResult<SyntheticAccount>? by, FormattableString path, string title, params string[] words) =>
        PageAsync(step, by, path, 200, title, words);

    /// <summary>A step: a page with this status.</summary>
    public Task<SmokeResult<SmokeAnswer>> PageAsync(string step, SmokeResult<SyntheticAccount>? by, FormattableString path, int status, string title, params string[] words) =>
        StepAsync(step, async () => (await AskAsync(HttpMethod.Get, path, by, headers: AsBrowser)).Answered(status).Page(title, words));

    /// <summary>A step: a page that sends strangers to sign in.</summary>
    public Task<SmokeResult<SmokeAnswer>> SignInNeededAsync(string step, FormattableString path) => StepAsync(step, async () =>
    {
        var answer = (await AskAsync(HttpMethod.Get, path, Nobody, headers: AsBrowser)).Answered(302);
        return answer.Header("Location")?.Contains("/sign-in", StringComparison.Ordinal) == true ? answer : throw answer.Wrong($"leads to {answer.Header("Location") ?? "nowhere"}, not to /sign-in");
    });

    /// <summary>A step: what only some may read; others are told 403 with code <c>forbidden</c>. A proxy may keep it from the outside.</summary>
    public Task<SmokeResult<SmokeAnswer>> GuardedAsync(string step, SmokeResult<SyntheticAccount>? by, FormattableString path, Func<SmokeAnswer, SmokeAnswer> check) => StepAsync(step, async () =>
    {
        var answer = await AskAsync(HttpMethod.Get, path, by);
        return answer.IsHidden ? answer : answer.Status == 403 ? answer.Problem(403, "forbidden") : check(answer.Answered(200));
    });

    /// <summary>A step: the first event of a live stream.</summary>
    public Task<SmokeResult<string>> FirstEventAsync(string step, SmokeResult<SyntheticAccount> by, FormattableString path, Func<string, bool> holds) => StepAsync(step, async () =>
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentNullException.ThrowIfNull(holds);
        var to = FormattableString.Invariant(path);
        var read = await Client.FirstEventAsync(new ProofCall(step, HttpMethod.Get, to) { Account = by.Value, Target = _calls++ }, _cancel);
        return holds(read) ? read : throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"GET {to}: the first event is \"{read[..Math.Min(120, read.Length)]}\""));
    });

    /// <summary>Asks, inside a step, until the answer is as it should be; for what the server does in the background.</summary>
    /// <exception cref="ProofException">It was not in time.</exception>
    public async Task<SmokeAnswer> UntilAsync(FormattableString path, SmokeResult<SyntheticAccount> by, Func<SmokeAnswer, bool> holds, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(holds);
        var started = Run.Clock.GetTimestamp();
        while (true)
        {
            var answer = (await AskAsync(HttpMethod.Get, path, by)).Answered(200);
            if (holds(answer)) return answer;
            if (Run.Clock.GetElapsedTime(started) > patience) throw answer.Wrong($"is not as expected after {patience.TotalSeconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Run.Clock, _cancel);
        }
    }

    private async Task<SmokeAnswer> SendAsync(ProofCall call) => new(await Client.SendAsync(call, _cancel), call.Name);
}

/// <summary>A file to send as it stands.</summary>
public sealed record SmokeFile(ReadOnlyMemory<byte> Bytes, string MediaType);
