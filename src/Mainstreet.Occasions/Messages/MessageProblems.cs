using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Occasions.Messages;

/// <summary>What can stand in the way of an act on a message.</summary>
internal static class MessageProblems
{
    internal static Problem WrongStatus(MessageStatus status) =>
        new(409, "wrong_status", "The message is not in a state that allows this.") { Detail = $"The message is {JsonNamingPolicy.CamelCase.ConvertName(status.ToString())}." };
}
