using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks;

internal static class TaskProblems
{
    internal static readonly Problem WrongState = new(409, "task_wrong_state", "The task is not in a state that allows this.");

    internal static readonly Problem TooMany = new(429, "too_many_tasks", "You have as many unfinished tasks as are allowed.") { RetryAfterSeconds = 30 };

    internal static readonly Problem Unavailable = new(422, "task_type_unavailable", "Tasks of this type cannot be run here.");

    /// <summary>Every run broke off for a reason that only the log tells.</summary>
    internal static readonly Problem GivenUp = new(500, "task_given_up", "The task failed again and again and was given up.");

    /// <summary>For pages, which come back with a code.</summary>
    internal static IEnumerable<Problem> All => [WrongState, TooMany, Unavailable];
}
