using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Foundation.Live;

/// <summary>Decides who may follow a topic.</summary>
public interface ILiveTopicPolicy
{
    /// <param name="caller">Who asks.</param>
    /// <param name="topic">The whole topic, for example <c>ticket:0190…</c>.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False also when the subject does not exist: the two look the same from outside.</returns>
    Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel);
}

internal sealed record LiveTopicRegistration(string Prefix, Type Policy);
