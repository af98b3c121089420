using Mainstreet.Careers.Tasks;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Data;

internal static class TasksMapping
{
    // No concurrency token: it changes only while its row is held.
    internal static void Map(ModelBuilder model) => model.Entity<CareerTask>(e => e.ToTable("tasks").HasKey(t => t.Id));
}
