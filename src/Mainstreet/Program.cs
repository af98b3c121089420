using Mainstreet;
using Mainstreet.Foundation.Data;

var app = MainstreetHost.Build([.. args.Where(a => a != "serve")]);
await app.Services.GetRequiredService<Migrator>().UpAsync(CancellationToken.None);
if (app.Environment.IsDevelopment()) await MainstreetHost.SeedAsync(app, CancellationToken.None);
await app.RunAsync();
