using Api;

// "check" runs the checks and ends: 0 when all hold.
if (args is ["check"]) return Checks.Run(Console.Out);

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<Menu>();
var app = builder.Build();

app.MapGet("/", () => new { name = "{{name}}" });
app.MapGet("/items", (Menu menu) => menu.All());
app.MapGet("/items/{id:int}", (int id, Menu menu) => menu.Find(id) is { } item ? Results.Ok(item) : Results.NotFound());
app.MapPost("/items", (NewItem wanted, Menu menu) => menu.Add(wanted) switch
{
    { Item: { } item } => Results.Created($"/items/{item.Id}", item),
    { Fault: var fault } => Results.BadRequest(new { fault }),
});
app.MapDelete("/items/{id:int}", (int id, Menu menu) => menu.Remove(id) ? Results.NoContent() : Results.NotFound());
app.Run();
return 0;
