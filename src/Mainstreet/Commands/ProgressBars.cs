using Mainstreet.Foundation.Backups;

using Spectre.Console;

namespace Mainstreet.Commands;

/// <summary>A bar on standard error while long work goes on, when that is a terminal; otherwise nothing.</summary>
internal static class ProgressBars
{
    internal static async Task<T> ShowAsync<T>(Func<IProgress<BackupProgress>?, Task<T>> work)
    {
        if (Console.IsErrorRedirected) return await work(null);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        T? answer = default;
        await console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).StartAsync(async context =>
        {
            answer = await work(new Bars(context));
        });
        return answer!;
    }

    private sealed class Bars(ProgressContext context) : IProgress<BackupProgress>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(BackupProgress value)
        {
            if (!_tasks.TryGetValue(value.Step, out var task))
            {
                foreach (var before in _tasks.Values) before.Value = before.MaxValue;
                task = _tasks[value.Step] = context.AddTask(value.Step);
            }

            task.IsIndeterminate = value.Total is null;
            if (value.Total is not { } total) return;
            task.MaxValue = Math.Max(1, total);
            task.Value = value.Done;
        }
    }
}
