using System.CommandLine;

using Mainstreet.Load;

// Drives for the served system. Prepare the server with Web__RequestsPerSecond and Web__Burst raised: the drives share few accounts.
var target = new Option<string>("--target") { Description = "Base addresses, separated by commas.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
var connections = new Option<int>("--connections") { Description = "Requests in flight.", DefaultValueFactory = _ => 32 };
var tickets = new Option<int>("--tickets") { DefaultValueFactory = _ => 500 };
var racers = new Option<int>("--racers") { Description = "Contractors offered each ticket.", DefaultValueFactory = _ => 10 };
var requests = new Option<int>("--requests") { DefaultValueFactory = _ => 20_000 };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
var baseline = new Option<string?>("--baseline") { Description = "Address of a running baseline to compare with." };
var database = new Option<string>("--database") { Description = "Npgsql connection string.", Required = true };
var sql = new Option<string>("--sql") { Description = "Query with $1 for the id.", DefaultValueFactory = _ => Baseline.Ticket };
var urls = new Option<string>("--urls") { DefaultValueFactory = _ => "http://127.0.0.1:5090" };
var pgbench = new Option<string>("--pgbench") { Description = "The pgbench program.", DefaultValueFactory = _ => "pgbench" };
var notifications = new Option<int>("--notifications") { DefaultValueFactory = _ => 100 };
var readers = new Option<int>("--readers") { Description = "Live connections.", DefaultValueFactory = _ => 50 };

var accept = new Command("accept", "Accepts a second over HTTP.") { target, tickets, racers, connections };
accept.SetAction((p, cancel) => AcceptDrive.RunAsync(Targets(p), p.GetValue(tickets), p.GetValue(racers), p.GetValue(connections), cancel));
var get = new Command("get", "Tickets read a second over HTTP, beside a baseline.") { target, baseline, tickets, requests, connections, rounds };
get.SetAction((p, cancel) => GetDrive.RunAsync(
    Targets(p), p.GetValue(baseline) is { } address ? new Uri(address) : null, p.GetValue(tickets), p.GetValue(requests), p.GetValue(connections), p.GetValue(rounds), cancel));
var bare = new Command("baseline", "Serves the bare limit: Kestrel and one query.") { database, sql, urls };
bare.SetAction((p, cancel) => Baseline.RunAsync(p.GetRequiredValue(database), p.GetRequiredValue(sql), p.GetRequiredValue(urls), cancel));
var update = new Command("pgbench", "The bare guarded update with the same mix of winners and losers.") { database, tickets, racers, connections, pgbench };
update.SetAction((p, cancel) => PgbenchDrive.RunAsync(p.GetRequiredValue(database), p.GetValue(tickets), p.GetValue(racers), p.GetValue(connections), p.GetRequiredValue(pgbench), cancel));
var live = new Command("live", "Time until every live connection has every notification.") { target, readers, notifications };
live.SetAction((p, cancel) => LiveDrive.RunAsync(Targets(p), p.GetValue(readers), p.GetValue(notifications), cancel));

var products = new Option<int>("--products") { DefaultValueFactory = _ => 1_000 };
var number = new Option<int>("--orders") { Description = "Orders at each concurrency.", DefaultValueFactory = _ => 300 };
var warmup = new Option<int>("--warmup") { Description = "Orders before the clock starts.", DefaultValueFactory = _ => 50 };
var concurrency = new Option<string>("--concurrency") { Description = "Shoppers at once, separated by commas.", DefaultValueFactory = _ => "1,10,50" };
var method = new Option<string>("--method") { Description = "card or upi.", DefaultValueFactory = _ => "card" };
var behind = new Option<string?>("--database") { Description = "Npgsql connection string of the server's database: wait for what is done behind the orders." };
var json = new Option<bool>("--json") { Description = "A JSON line for each concurrency." };
var orders = new Command("orders", "Orders a second from search to paid, in Development with simulated payments.") { target, products, number, warmup, concurrency, method, behind, json };
orders.SetAction((p, cancel) => OrdersDrive.RunAsync(Targets(p)[0], new OrdersPlan(
    p.GetValue(products), p.GetValue(number), p.GetValue(warmup), [.. p.GetRequiredValue(concurrency).Split(',').Select(int.Parse)], p.GetRequiredValue(method), p.GetValue(behind), p.GetValue(json)), cancel));
var groceries = new Command("groceries", "Prints the catalogue and the searches of the orders as JSON.") { products };
groceries.SetAction(p => Groceries.Print(p.GetValue(products)));

return await new RootCommand("Drives for the served system.") { accept, get, bare, update, live, orders, groceries }.Parse(args).InvokeAsync();

Uri[] Targets(ParseResult parsed) => [.. parsed.GetRequiredValue(target).Split(',').Select(t => new Uri(t))];
