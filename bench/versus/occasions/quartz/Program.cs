using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Mainstreet.Versus.Occasions;

using Npgsql;

using Quartz;

// Quartz.NET on its PostgreSQL store: schedules triggers of one durable job, then fires them all. Prints {enqueued, worked, done}: seconds and jobs.
//   --messages 2000 --bytes 200 --concurrency 20 --mode noop|http --clustered yes|no
string Argument(string name, string otherwise) => Array.IndexOf(args, $"--{name}") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
int Number(string name, int otherwise) => int.Parse(Argument(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

var messages = Number("messages", 1_000);
var concurrency = Number("concurrency", 20);
var clustered = Argument("clustered", "no") == "yes";
var connection = Environment.GetEnvironmentVariable("VERSUS_QUARTZ") ?? throw new InvalidOperationException("VERSUS_QUARTZ names no database.");
using var greeter = new Greeter(messages, Argument("mode", "noop") == "http" ? new Uri(Environment.GetEnvironmentVariable("VERSUS_SINK")!) : null, concurrency);
GreetJob.Greeter = greeter;

var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
{
    quartz.UseDefaultThreadPool(concurrency);
    quartz.UsePersistentStore(store =>
    {
        store.UsePostgres(new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = concurrency + 10 }.ConnectionString);
        store.ProvisionSchema();
        store.ConfigureStore(options => options.StoreJobDataAsStrings = true);
        if (clustered) store.UseClustering();
    });
}).BuildScheduler();
await scheduler.Clear();
var job = JobBuilder.Create<GreetJob>().WithIdentity("greet").StoreDurably().Build();
await scheduler.AddJob(job);

var stamp = Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture);
var watch = Stopwatch.StartNew();
var due = TimeProvider.System.GetUtcNow();
foreach (var chunk in Enumerable.Range(0, messages).Chunk(500))
{
    var triggers = chunk.Select(i => TriggerBuilder.Create().WithIdentity($"t{i}").ForJob(job).StartAt(due)
        .UsingJobData("key", $"vs-{stamp}-{i}").UsingJobData("job", Payload(i))
        .WithSimpleSchedule(schedule => schedule.WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires)).Build()).ToList();
    await scheduler.ScheduleJobs(new Dictionary<IJobDetail, IReadOnlyCollection<ITrigger>> { [job] = triggers }, new ScheduleJobOptions { Replace = true });
}

var enqueued = watch.Elapsed.TotalSeconds;
await using var database = NpgsqlDataSource.Create(connection);
await ExecuteAsync("VACUUM ANALYZE");
await ExecuteAsync("CHECKPOINT");

watch.Restart();
await scheduler.Start();
await greeter.All;
while (await LeftAsync() > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
var worked = watch.Elapsed.TotalSeconds;
await scheduler.Shutdown();
Console.WriteLine(JsonSerializer.Serialize(new { enqueued, worked, done = greeter.Done }));

string Payload(int i)
{
    var json = $$"""{"idempotencyKey":"vs-{{stamp}}-{{i}}","recipientId":{{i}},"occasion":"birthday","localYear":2026,"dueAt":"2026-06-14T09:00:00Z","firstName":"Ada","text":"Happy birthday, Ada!""";
    return json.PadRight(Math.Max(json.Length, Number("bytes", 200) - 2), '.') + "\"}";
}

async Task ExecuteAsync(string sql)
{
    await using var command = database.CreateCommand(sql);
    await command.ExecuteNonQueryAsync();
}

async Task<long> LeftAsync()
{
    await using var command = database.CreateCommand("SELECT (SELECT count(*) FROM qrtz_triggers) + (SELECT count(*) FROM qrtz_fired_triggers)");
    return (long)(await command.ExecuteScalarAsync())!;
}

namespace Mainstreet.Versus.Occasions
{
    /// <summary>The job that every trigger fires.</summary>
    internal sealed class GreetJob : IJob
    {
        internal static Greeter? Greeter { get; set; }

        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            Greeter!.GreetAsync(context.Trigger.JobDataMap.GetString("key")!, context.Trigger.JobDataMap.GetString("job")!, cancellationToken);
    }

    /// <summary>Sends a job's payload, or only counts it when there is no sink.</summary>
    internal sealed class Greeter(int messages, Uri? sink, int connections) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _done;

        internal Task All => _all.Task;

        internal int Done => Volatile.Read(ref _done);

        internal async ValueTask GreetAsync(string key, string payload, CancellationToken cancel)
        {
            if (sink is not null)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, sink) { Content = new StringContent(payload, Encoding.UTF8, "application/json") };
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await _http.SendAsync(request, cancel);
                answer.EnsureSuccessStatusCode();
            }

            if (Interlocked.Increment(ref _done) == messages) _all.TrySetResult();
        }

        public void Dispose() => _http.Dispose();
    }
}
