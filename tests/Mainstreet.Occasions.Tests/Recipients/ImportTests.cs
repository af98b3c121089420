using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Recipients;

[Trait("kind", "db")]
public sealed class ImportTests(OccasionsApps apps)
{
    private const string Path = "/v1/recipients/import";

    [Theory, EachEngine]
    public async Task A_csv_file_is_taken_and_its_bad_rows_are_told_by_line(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var file = """
            firstName,lastName,email,phone,birthday,anniversary,timeZone,language,channels,paused
            Maya,"Rivera, Ms.",maya@example.test,'+14155550123,1990-05-17,,America/New_York,en,email;sms,
            Leo,Costa,,,--02-29,2012-08-09,America/NewYork,,,
            Nora,Kowalski,not-an-address,,2023-02-29,,Europe/Warsaw,,,
            Bad "quote,Novak,,,,,Europe/Prague,,,
            Too,few,columns
            '=HYPERLINK("http://x"),Formula,,,,,UTC,,,true

            Jonas,Novak,,,--12-31,,Europe/Prague,cs,webhook,no

            """;
        var answer = await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text(file, "text/csv"));
        answer.Status.ShouldBe(200);
        answer.Body.GetProperty("accepted").GetInt64().ShouldBe(2);
        var rejected = answer.Body.GetProperty("rejected").EnumerateArray().ToDictionary(r => r.GetProperty("line").GetInt64(), r => r.GetProperty("error").GetString()!);
        rejected.Keys.Order().ShouldBe([3, 4, 5, 6, 7]);
        rejected[3].ShouldContain("America/New_York");
        rejected[4].ShouldContain("email");
        rejected[4].ShouldContain("birthday");
        answer.Body.GetProperty("rejectedCount").GetInt64().ShouldBe(5);

        var rows = (await shop.Owner.GetAsync("/v1/recipients")).GetProperty("items").EnumerateArray().ToDictionary(r => r.GetProperty("firstName").GetString()!);
        rows["Maya"].GetProperty("phone").GetString().ShouldBe("+14155550123");
        rows["Maya"].GetProperty("lastName").GetString().ShouldBe("Rivera, Ms.");
        rows["Maya"].GetProperty("channels").GetArrayLength().ShouldBe(2);
        rows["Jonas"].GetProperty("birthday").GetString().ShouldBe("--12-31");
        var imports = await shop.Owner.GetAsync("/v1/recipients/imports");
        imports.GetProperty("items")[0].GetProperty("accepted").GetInt64().ShouldBe(2);
        imports.GetProperty("items")[0].GetProperty("finished").GetBoolean().ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task Guarded_formulas_are_stored_as_text(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var answer = await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text("firstName,lastName,timeZone\n\"'=1+1\",@SUM(A1),UTC\n", "text/csv"));
        answer.Body.GetProperty("accepted").GetInt64().ShouldBe(1);
        var row = (await shop.Owner.GetAsync("/v1/recipients")).GetProperty("items")[0];
        (row.GetProperty("firstName").GetString(), row.GetProperty("lastName").GetString()).ShouldBe(("=1+1", "@SUM(A1)"));
    }

    [Theory, EachEngine]
    public async Task Broken_lines_of_ndjson_cost_only_themselves(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var bytes = new List<byte>();
        void Line(string text) => bytes.AddRange(Encoding.UTF8.GetBytes(text + "\n"));
        Line("\uFEFF{\"firstName\":\"Maya\",\"lastName\":\"Rivera\",\"timeZone\":\"UTC\"}\r");
        Line("{\"firstName\":\"Leo\"");
        Line("[1,2]");
        Line("");
        Line("null");
        Line("{\"firstName\":7,\"lastName\":\"x\",\"timeZone\":\"UTC\"}");
        Line($"{{\"firstName\":\"{new string('x', 1_000_000)}\",\"lastName\":\"x\",\"timeZone\":\"UTC\"}}");
        bytes.AddRange([.. "{\"firstName\":\""u8, 0xFF, 0xFE, .. "\",\"lastName\":\"x\",\"timeZone\":\"UTC\"}\n"u8]);
        Line("{\"firstName\":\"\\ud800\",\"lastName\":\"x\",\"timeZone\":\"UTC\"}");
        bytes.AddRange("{\"firstName\":\"Aisha\",\"lastName\":\"Haddad\",\"timeZone\":\"Asia/Beirut\"}"u8);
        var answer = await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Bytes([.. bytes], "application/x-ndjson"));
        answer.Status.ShouldBe(200);
        answer.Body.GetProperty("accepted").GetInt64().ShouldBe(2);
        answer.Body.GetProperty("rejected").EnumerateArray().Select(r => r.GetProperty("line").GetInt64()).ShouldBe([2, 3, 5, 6, 7, 8, 9]);
    }

    [Theory, EachEngine]
    public async Task Hostile_csv_never_breaks_the_server(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        const string Head = "firstName,lastName,timeZone\n";
        foreach (var (file, accepted) in new (byte[], int)[]
        {
            (Encoding.UTF8.GetBytes($"{Head}{new string('x', 1_000_000)},a,UTC\nMaya,b,UTC\n"), 1),
            (Encoding.UTF8.GetBytes($"{Head}\"open,a,UTC\nMaya,b,UTC\n"), 1),
            ([.. Encoding.UTF8.GetBytes(Head), 0xE9, .. ",a,UTC\nMaya,b,UTC\n"u8], 1),
            ([.. Encoding.UTF8.GetBytes(Head), 0, .. ",a,UTC\nMaya,b,UTC\n"u8], 1),
        })
        {
            var answer = await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Bytes(file, "text/csv"));
            answer.Status.ShouldBe(200);
            answer.Body.GetProperty("accepted").GetInt64().ShouldBe(accepted);
            answer.Body.GetProperty("rejectedCount").GetInt64().ShouldBe(1);
        }

        foreach (var file in new[] { Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Head)).ToArray(), [], "a,b\n1,2\n"u8.ToArray(), "firstName;lastName\n"u8.ToArray() })
            (await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Bytes(file, "text/csv"))).Status.ShouldBe(400);
        (await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text("{}", "application/json"))).Status.ShouldBe(415);
        (await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text(Head, "text/csv"), ("Idempotency-Key", new string('k', 201)))).Status.ShouldBe(400);
    }

    [Theory, EachEngine]
    public async Task A_file_sent_again_under_its_key_is_taken_once(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var file = Csv(1_200);
        var first = await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text(file, "text/csv"), ("Idempotency-Key", "k1"));
        var again = await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text(file, "text/csv"), ("Idempotency-Key", "k1"));
        JsonSerializer.Serialize(again.Body).ShouldBe(JsonSerializer.Serialize(first.Body));
        (await CountAsync(shop)).ShouldBe(1_199);
        foreach (var other in new[] { file + "One,More,,UTC\n", Csv(1_100), file.Replace("First7,", "Other,", StringComparison.Ordinal) })
            (await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text(other, "text/csv"), ("Idempotency-Key", "k1"))).Code.ShouldBe("idempotency_key_reused");
        (await CountAsync(shop)).ShouldBe(1_199);
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_file_broken_off_goes_on_where_it_stopped(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var file = Encoding.UTF8.GetBytes(Csv(3_000));
        using (var broken = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new BrokenOff(file.AsMemory(0, file.Length * 2 / 3), () => CountAsync(shop)) })
        {
            broken.Headers.Add("Idempotency-Key", "k2");
            await Should.ThrowAsync<HttpRequestException>(() => shop.Owner.Http.SendAsync(broken));
        }

        var stopped = await CountAsync(shop);
        stopped.ShouldBeInRange(500, 2_100);
        Answer answer;
        do
        {
            answer = await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Bytes(file, "text/csv"), ("Idempotency-Key", "k2"));
        }
        while (answer.Code == "in_progress");
        answer.Body.GetProperty("accepted").GetInt64().ShouldBe(2_999);
        answer.Body.GetProperty("rejected").GetArrayLength().ShouldBe(1);
        (await CountAsync(shop)).ShouldBe(2_999);
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task The_same_file_at_once_is_taken_once(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text(Csv(1_500), "text/csv"), ("Idempotency-Key", "k3"))));
        answers.ShouldAllBe(a => a.Status == 200 || a.Code == "in_progress");
        answers.ShouldContain(a => a.Status == 200);
        (await CountAsync(shop)).ShouldBe(1_499);
    }

    [Theory, EachEngine]
    public async Task A_long_file_is_streamed_in_constant_memory(Engine engine)
    {
        var lines = Environment.GetEnvironmentVariable("MAINSTREET_LONG") is { Length: > 0 } ? 100_000 : 10_000;
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        await shop.Owner.SendAsync(HttpMethod.Post, Path, Calls.Text(Csv(2_000), "text/csv"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new Made(lines, () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false))),
        };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var sent = await shop.Owner.Http.SendAsync(request);
        var answer = JsonSerializer.Deserialize<JsonElement>(await sent.Content.ReadAsStringAsync());
        watch.Stop();
        answer.GetProperty("accepted").GetInt64().ShouldBe(lines);
        TestContext.Current.TestOutputHelper?.WriteLine($"{lines} lines on {engine}: {watch.ElapsedMilliseconds} ms, {(most - before) / 1024 / 1024} MiB at most while sending");
        // Garbage of a few batches included; the file itself would take several times as much when it is long.
        (most - before).ShouldBeLessThan(256L * 1024 * 1024);
    }

    private static string Csv(int rows)
    {
        var file = new StringBuilder("firstName,lastName,birthday,timeZone\n");
        for (var i = 0; i < rows; i++) file.Append(System.Globalization.CultureInfo.InvariantCulture, $"First{i},Last{i},{(i == 3 ? "no date" : "--06-15")},Europe/Madrid\n");
        return file.ToString();
    }

    private static Task<int> CountAsync(Shop shop) => shop.InDbAsync(db => db.Recipients.CountAsync(r => r.BusinessId == shop.BusinessId));

    /// <summary>Sends a part, waits until some of it was taken, and drops the connection.</summary>
    private sealed class BrokenOff : HttpContent
    {
        private readonly ReadOnlyMemory<byte> _part;
        private readonly Func<Task<int>> _count;

        internal BrokenOff(ReadOnlyMemory<byte> part, Func<Task<int>> count)
        {
            (_part, _count) = (part, count);
            Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(_part);
            await stream.FlushAsync();
            while (await _count() < 500) await Task.Delay(20);
            throw new IOException("The sender went away.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Rows made while they are sent.</summary>
    private sealed class Made : HttpContent
    {
        private readonly int _rows;
        private readonly Action _tick;

        internal Made(int rows, Action tick)
        {
            (_rows, _tick) = (rows, tick);
            Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var i = 0; i < _rows; i++)
            {
                var row = $$"""{"firstName":"First{{i}}","lastName":"Last{{i}}","email":"p{{i}}@example.test","birthday":"{{1950 + (i % 60)}}-{{1 + (i % 12):00}}-{{1 + (i % 28):00}}","timeZone":"Europe/Madrid"}""" + "\n";
                await stream.WriteAsync(Encoding.UTF8.GetBytes(row));
                if (i % 1_000 == 0) _tick();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
