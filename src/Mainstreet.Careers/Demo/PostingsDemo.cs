using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Import;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Foundation.Modules;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Demo;

/// <summary>The neighbourhood's jobs: sixty postings of companies that we invented, from the CSV file beside this class, taken in the way every other file is.</summary>
internal sealed class PostingsDemo(CareersDb db, PostingIntake intake, TimeProvider clock) : IDemoSeed
{
    internal const string Source = "neighbourhood";

    public async Task SeedAsync(CancellationToken cancel)
    {
        if (await db.Adverts.AnyAsync(a => a.Source == Source, cancel)) return;
        await using var file = typeof(PostingsDemo).Assembly.GetManifestResourceStream("Demo/postings.csv")!;
        if (await ImportJobs.CsvAsync(file, new ImportJobs.Run(intake, clock, new AdvertOrigin(Source, "", Synthetic: false)), cancel) is { } problem)
            throw new InvalidDataException($"postings.csv: {problem.Code}");
    }
}
