using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>The main path of Access: an account from its opening to its signing out.</summary>
internal sealed class AccessSmoke : ISmokePath
{
    public string Name => "access";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var answers = new List<int>();
        var visitor = new AccessVisitor(walk.Client, walk.Run);
        var held = await walk.StepAsync("register and sign in", () => visitor.EnterAsync(cancel));
        await Expect("who am I", 200, () => visitor.ExpectInAsync(held.Access, Note, cancel));
        held = await walk.StepAsync("refresh", async () => AccessVisitor.Read((await visitor.RefreshAsync(held.Refresh, null, cancel)).Require()));
        await walk.StepAsync("sign out", async () => await visitor.LeaveAsync(held.Refresh, cancel) is { Ok: true } left ? left : throw new ProofException("signing out was refused"));
        await Expect("locked out", 401, () => visitor.ExpectOutAsync([held.Access], TimeSpan.FromSeconds(1), Note, cancel));

        void Note(int replica, int status) => answers.Add(status);

        Task<int> Expect(string name, int status, Func<Task> ask) => walk.StepAsync(name, async () =>
        {
            answers.Clear();
            await ask();
            return answers.All(a => a == status) ? status : throw new ProofException($"answered {string.Join(", ", answers)}, not {status}");
        });
    }
}
