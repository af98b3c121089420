using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>What the module's smoke walks ask, and how they hold the answers against what they expect.</summary>
internal sealed class SmokeCalls(SmokeWalk walk, CancellationToken cancel)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> AsPage = new() { ["Accept"] = "text/html" };

    internal Task<SyntheticAccount> RegisterAsync(string step, string name) =>
        walk.StepAsync(step, () => SyntheticAccount.CreateAsync(walk.Client, name, "customer", walk.Run.Clock, cancel));

    internal Task<ProofAnswer> AskAsync(SyntheticAccount? account, HttpMethod method, string path, object? body = null) =>
        walk.Client.SendAsync(new ProofCall(NameOf(path), method, path) { Account = account, Body = body, Once = false }, cancel);

    /// <exception cref="ProofException">It did not succeed.</exception>
    internal async Task<JsonElement> SendAsync(SyntheticAccount account, HttpMethod method, string path, object? body = null) => (await AskAsync(account, method, path, body)).Require();

    internal Task<JsonElement> GetAsync(SyntheticAccount account, string path) => SendAsync(account, HttpMethod.Get, path);

    internal Task<ProofAnswer> UploadAsync(SyntheticAccount account, string path, byte[] file, string mediaType) =>
        walk.Client.SendAsync(new ProofCall(NameOf(path), HttpMethod.Post, path) { Account = account, File = (file, mediaType) }, cancel);

    /// <summary>A file, by its first bytes what it says that it is.</summary>
    internal async Task<byte[]> DownloadAsync(SyntheticAccount account, string path, string begins)
    {
        var answer = await walk.Client.SendAsync(new ProofCall(NameOf(path), HttpMethod.Get, path) { Account = account, Download = true }, cancel);
        Expect(answer.Ok && answer.Bytes is { Length: > 100 } bytes && System.Text.Encoding.ASCII.GetString(bytes.AsSpan(0, begins.Length)) == begins, $"it was answered {answer.Status}, or is no such file");
        return answer.Bytes!;
    }

    /// <summary>One step: a page as a browser asks for it.</summary>
    internal Task<bool> PageAsync(string step, SyntheticAccount? account, string path, int status = 200) => walk.StepAsync(step, async () =>
    {
        var answer = await walk.Client.SendAsync(new ProofCall(NameOf(path), HttpMethod.Get, path) { Account = account, Headers = AsPage, Download = true }, cancel);
        Expect(answer.Status == status, $"{path} was answered {answer.Status}");
        return Expect(status != 200 || System.Text.Encoding.UTF8.GetString(answer.Bytes ?? []).Contains("<main", StringComparison.Ordinal), $"{path} is no page");
    });

    /// <summary>One step: a request that must be refused with this status, and with this code where one is named.</summary>
    internal Task<bool> RefusedAsync(string step, int status, SyntheticAccount? account, HttpMethod method, string path, object? body = null, string? code = null) => walk.StepAsync(step, async () =>
    {
        var answer = await AskAsync(account, method, path, body);
        return Expect(answer.Status == status && (code is null || answer.Code == code), $"it was answered {answer.Status} {answer.Code}, not {status} {code}");
    });

    /// <summary>Waits for a task's end.</summary>
    internal async Task<JsonElement> EndedAsync(SyntheticAccount owner, string id, string state)
    {
        var started = walk.Run.Clock.GetTimestamp();
        while (true)
        {
            var task = await GetAsync(owner, $"/v1/tasks/{id}");
            var now = task.GetProperty("state").GetString();
            if (now == state) return task;
            if (now is "failed" or "cancelled" || walk.Run.Clock.GetElapsedTime(started) > Patience) throw new ProofException($"the task is {now}, not {state}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), walk.Run.Clock, cancel);
        }
    }

    internal static bool Expect(bool holds, string otherwise) => holds ? true : throw new ProofException(otherwise);

    private static string NameOf(string path) => path.Split('?')[0].Split('/')[^1];
}
