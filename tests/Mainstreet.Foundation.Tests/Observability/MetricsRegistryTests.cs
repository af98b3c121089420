using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Observability;

[Trait("kind", "unit")]
public sealed class MetricsRegistryTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsRegistry _registry;
    private readonly Meter _meter;

    public MetricsRegistryTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _registry = new MetricsRegistry(Options.Create(new MetricsOptions { MaxSeries = 20 }), factory, [], NullLogger<MetricsRegistry>.Instance);
        _registry.StartAsync(CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        _meter = factory.Create("Mainstreet.Test");
    }

    public async ValueTask DisposeAsync()
    {
        _registry.Dispose();
        await _services.DisposeAsync();
    }

    [Theory]
    [InlineData("mainstreet.store.order.placed", "{order}", "counter", "mainstreet_store_order_placed_total")]
    [InlineData("http.server.request.duration", "s", "histogram", "http_server_request_duration_seconds")]
    [InlineData("io.read", "By", "counter", "io_read_bytes_total")]
    [InlineData("io.read.bytes", "By", "counter", "io_read_bytes_total")]
    [InlineData("jobs.total", null, "counter", "jobs_total")]
    [InlineData("cpu.utilization", "1", "gauge", "cpu_utilization_ratio")]
    [InlineData("hits", "1", "counter", "hits_total")]
    [InlineData("speed", "m/s", "gauge", "speed_meters_per_second")]
    [InlineData("rate", "{request}/s", "gauge", "rate_per_second")]
    [InlineData("disk.free", "MiBy", "gauge", "disk_free_mebibytes")]
    [InlineData("9lives-left!", null, "gauge", "_9lives_left_")]
    [InlineData("a..b--c", "ms", "gauge", "a_b_c_milliseconds")]
    public void Names_follow_the_compatibility_rules(string name, string? unit, string kind, string expected) =>
        MetricNames.Of(name, unit, Enum.Parse<MetricKind>(kind, ignoreCase: true)).ShouldBe(expected);

    [Fact]
    public void Counters_add_and_up_down_counters_go_both_ways()
    {
        var counter = _meter.CreateCounter<long>("mainstreet.test.done", "{thing}", "Things done.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(1, new KeyValuePair<string, object?>("kind", "b"));
        var open = _meter.CreateUpDownCounter<int>("mainstreet.test.open");
        open.Add(5);
        open.Add(-2);
        var metrics = PrometheusText.Parse(_registry.Write());
        metrics["mainstreet_test_done_total"].ShouldSatisfyAllConditions(
            f => f.Type.ShouldBe("counter"), f => f.Help.ShouldBe("Things done."), f => f.Samples.Select(s => s.Value).ShouldBe([5, 1]));
        metrics["mainstreet_test_open"].ShouldSatisfyAllConditions(f => f.Type.ShouldBe("gauge"), f => f.Samples.Single().Value.ShouldBe(3));
    }

    [Fact]
    public void The_same_labels_in_another_order_are_the_same_series()
    {
        var counter = _meter.CreateCounter<long>("mainstreet.test.ordered");
        counter.Add(1, new KeyValuePair<string, object?>("b", 1), new KeyValuePair<string, object?>("a", true));
        counter.Add(1, new KeyValuePair<string, object?>("a", true), new KeyValuePair<string, object?>("b", 1));
        var sample = PrometheusText.Parse(_registry.Write())["mainstreet_test_ordered_total"].Samples.ShouldHaveSingleItem();
        sample.Value.ShouldBe(2);
        sample.Labels.ShouldBe(new Dictionary<string, string> { ["a"] = "true", ["b"] = "1" });
    }

    [Fact]
    public void Histograms_count_each_value_in_its_bucket_and_bounds_belong_to_theirs()
    {
        var took = _meter.CreateHistogram("mainstreet.test.took", "s", "Took.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 10] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 1, 5, 50 }) took.Record(value);
        var family = PrometheusText.Parse(_registry.Write())["mainstreet_test_took_seconds"];
        family.Samples.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).Select(s => (s.Labels["le"], s.Value))
            .ShouldBe([("0.1", 2), ("1", 4), ("10", 5), ("+Inf", 6)]);
        family.Samples.Single(s => s.Name.EndsWith("_sum", StringComparison.Ordinal)).Value.ShouldBe(56.65, 1e-9);
    }

    [Fact]
    public void Hostile_label_values_survive_the_way_through_the_text()
    {
        var counter = _meter.CreateCounter<long>("mainstreet.test.hostile");
        string[] values = ["a\"b", @"back\slash", "line\nbreak", "}", "{x=\"1\"} 5", @"\n", "ünï", "", @"\""", "le"];
        foreach (var value in values) counter.Add(1, new KeyValuePair<string, object?>("mainstreet.value", value));
        counter.Add(1, new KeyValuePair<string, object?>("le", "not a bound"));
        var samples = PrometheusText.Parse(_registry.Write())["mainstreet_test_hostile_total"].Samples;
        samples.Where(s => s.Labels.ContainsKey("mainstreet_value")).Select(s => s.Labels["mainstreet_value"]).Order(StringComparer.Ordinal)
            .ShouldBe(values.Order(StringComparer.Ordinal));
        samples.ShouldContain(s => s.Labels.ContainsKey("le_"));
    }

    [Fact]
    public void Observable_instruments_say_what_is_so_now()
    {
        var rooms = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("mainstreet.test.room", () => rooms.Select(r => new Measurement<int>(r.Length, new KeyValuePair<string, object?>("room", r))));
        _meter.CreateObservableCounter("mainstreet.test.seen", () => 41L);
        PrometheusText.Parse(_registry.Write())["mainstreet_test_room"].Samples.Count.ShouldBe(2);
        rooms.Remove("a");
        var metrics = PrometheusText.Parse(_registry.Write());
        metrics["mainstreet_test_room"].Samples.ShouldHaveSingleItem().Labels["room"].ShouldBe("b");
        metrics["mainstreet_test_seen_total"].Samples.ShouldHaveSingleItem().Value.ShouldBe(41);
    }

    [Fact]
    public void An_instrument_that_cannot_answer_hides_no_other()
    {
        _meter.CreateObservableGauge("mainstreet.test.broken", int () => throw new InvalidOperationException("no"));
        _meter.CreateCounter<long>("mainstreet.test.fine").Add(1);
        PrometheusText.Parse(_registry.Write()).ShouldContainKey("mainstreet_test_fine_total");
    }

    [Fact]
    public void Too_many_label_values_are_counted_together()
    {
        var counter = _meter.CreateCounter<long>("mainstreet.test.many");
        for (var i = 0; i < 100; i++) counter.Add(1, new KeyValuePair<string, object?>("n", i));
        var samples = PrometheusText.Parse(_registry.Write())["mainstreet_test_many_total"].Samples;
        samples.Count.ShouldBeLessThanOrEqualTo(21);
        samples.Sum(s => s.Value).ShouldBe(100);
        samples.Single(s => s.Labels.ContainsKey("otel_metric_overflow")).Value.ShouldBe(80);
    }

    [Fact]
    public void Promised_names_stand_whatever_the_instrument_is_called()
    {
        _meter.CreateObservableGauge("mainstreet.queue.depth", () => 7, "{message}");
        _meter.CreateCounter<long>("mainstreet.messages.sent", "{message}").Add(2);
        _meter.CreateHistogram<double>("mainstreet.message.delivery.duration", "s").Record(0.1);
        var metrics = PrometheusText.Parse(_registry.Write());
        metrics["queue_depth_total"].Type.ShouldBe("gauge");
        metrics["messages_sent_total"].Samples.ShouldHaveSingleItem().Value.ShouldBe(2);
        metrics["message_delivery_duration_seconds"].Type.ShouldBe("histogram");
    }

    [Fact]
    public void Requests_carry_the_promised_labels_and_the_counter_equals_the_histograms_count()
    {
        using var hosting = _services.GetRequiredService<IMeterFactory>().Create("Microsoft.AspNetCore.Hosting");
        var took = hosting.CreateHistogram<double>("http.server.request.duration", "s");
        KeyValuePair<string, object?> scheme = new("url.scheme", "http"), get = new("http.request.method", "GET"), ok = new("http.response.status_code", 200);
        took.Record(0.1, scheme, get, ok, new("http.route", "/t/{id:int}"));
        took.Record(0.2, ok, new("http.route", "/t/{id:int}"), get);
        took.Record(0.3, get, new("http.response.status_code", 404));
        var metrics = PrometheusText.Parse(_registry.Write());
        metrics.ShouldNotContainKey("http_server_request_duration_seconds");
        var counts = metrics["http_requests_total"].Samples;
        counts.Select(c => (c.Labels["method"], c.Labels["route"], c.Labels["status_code"], c.Value))
            .ShouldBe([("GET", "/t/{id:int}", "200", 2), ("GET", "unmatched", "404", 1)], ignoreOrder: true);
        counts.ShouldAllBe(c => c.Labels.Count == 3);
        metrics["http_request_duration_seconds"].Samples.Where(s => s.Name.EndsWith("_count", StringComparison.Ordinal)).Sum(s => s.Value).ShouldBe(counts.Sum(c => c.Value));
    }

    [Fact]
    public void Connections_are_split_by_state_and_their_pool_is_not_told()
    {
        using var npgsql = _services.GetRequiredService<IMeterFactory>().Create("Npgsql");
        npgsql.CreateObservableUpDownCounter("db.client.connection.count", () => new Measurement<int>[]
        {
            new(3, new("db.client.connection.pool.name", "Host=secret"), new("db.client.connection.state", "used")),
            new(5, new("db.client.connection.state", "idle"), new("db.client.connection.pool.name", "Host=secret")),
            new(9, new KeyValuePair<string, object?>("db.client.connection.state", "new")),
        });
        npgsql.CreateHistogram<double>("db.client.operation.duration", "s").Record(0.01, new KeyValuePair<string, object?>("db.client.connection.pool.name", "Host=secret"));
        var text = _registry.Write();
        text.ShouldNotContain("secret");
        var metrics = PrometheusText.Parse(text);
        metrics["db_connections_active"].Samples.ShouldHaveSingleItem().Value.ShouldBe(3);
        metrics["db_connections_idle"].Samples.ShouldHaveSingleItem().Value.ShouldBe(5);
        metrics["db_query_duration_seconds"].Samples.ShouldAllBe(s => s.Labels.Keys.All(k => k == "le"));
    }

    [Fact]
    public void Known_series_stand_at_nought_as_soon_as_somebody_listens()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        using var registry = new MetricsRegistry(
            Options.Create(new MetricsOptions()), factory, [new Known(factory)], NullLogger<MetricsRegistry>.Instance);
        registry.Write().ShouldNotContain("mainstreet_test_known");
        registry.StartAsync(CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        PrometheusText.Parse(registry.Write())["mainstreet_test_known_total"].Samples.ShouldHaveSingleItem().Value.ShouldBe(0);
    }

    [Fact]
    public void One_name_of_two_kinds_keeps_the_first()
    {
        _meter.CreateUpDownCounter<long>("mainstreet.test.both.seconds").Add(1);
        _meter.CreateHistogram<double>("mainstreet.test.both", "s").Record(1);
        PrometheusText.Parse(_registry.Write())["mainstreet_test_both_seconds"].Type.ShouldBe("gauge");
    }

    [Fact]
    public void Other_hosts_and_other_meters_are_left_alone()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create("Mainstreet.Test").CreateCounter<long>("mainstreet.test.elsewhere").Add(1);
        using var stranger = new Meter("Stranger");
        stranger.CreateCounter<long>("stranger.things").Add(1);
        var metrics = PrometheusText.Parse(_registry.Write());
        metrics.Keys.ShouldNotContain(k => k.Contains("elsewhere", StringComparison.Ordinal) || k.Contains("stranger", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Concurrent_measurements_are_all_counted()
    {
        var counter = _meter.CreateCounter<long>("mainstreet.test.concurrent");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) counter.Add(1, new KeyValuePair<string, object?>("worker", w % 3));
        }, TestContext.Current.CancellationToken)));
        PrometheusText.Parse(_registry.Write())["mainstreet_test_concurrent_total"].Samples.Sum(s => s.Value).ShouldBe(80_000);
    }

    private sealed class Known(IMeterFactory meters) : IKnownSeries
    {
        private readonly Counter<long> _counter = meters.Create("Mainstreet.Test").CreateCounter<long>("mainstreet.test.known");

        public void Begin() => _counter.Add(0);
    }
}
