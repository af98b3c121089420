namespace Mainstreet.Occasions.Delivery;

/// <summary>Why a message was not sent although it was in time, as it stands in <c>lastError</c>. Stable words.</summary>
internal static class SkipReasons
{
    internal const string Suppressed = "suppressed";
    internal const string NoAddress = "no address for any channel";
    internal const string DeadlinePassed = "its deadline passed";
    internal const string AttemptsUsedUp = "its attempts are used up";
}
