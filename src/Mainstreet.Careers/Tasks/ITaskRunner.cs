using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks;

/// <summary>Does the tasks of one type. Registered scoped, one a type.</summary>
internal interface ITaskRunner
{
    /// <summary>One of <see cref="TaskTypes"/>.</summary>
    string Type { get; }

    /// <summary>What is wrong with what is asked; looked at before a task is made. Null: nothing.</summary>
    Problem? Check(TaskInputs.TaskInput input);

    /// <summary>
    /// Does it, or what is left of it after a run that broke off: everything that it changes goes through the context, so that it happens
    /// once, and it ends with <see cref="TaskContext.CompleteAsync"/> or <see cref="TaskContext.FailAsync"/>. An exception has it come again later.
    /// Slow work (a model, a partner) is done outside the context's transactions.
    /// </summary>
    Task RunAsync(TaskContext task, CancellationToken cancel);
}
