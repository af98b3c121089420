using Mainstreet.Access.Accounts;
using Mainstreet.Access.Businesses;
using Mainstreet.Access.Data;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Demo;

/// <summary>
/// The people of the demo street and the business that they meet at. All share one password, hashed once. Adds what is
/// missing, so it may run again.
/// </summary>
internal sealed class DemoStreet(AccessDb db, IPasswordHasher<Account> hasher, TimeProvider clock) : IDemoSeed
{
    internal const string Password = "Mainstreet-demo-1";

    public async Task SeedAsync(CancellationToken cancel)
    {
        var emails = await db.Accounts.AsNoTracking().Where(a => a.Demo).Select(a => a.NormalizedEmail).ToListAsync(cancel);
        var missing = People().Where(p => !emails.Contains(p.Email)).ToList();
        if (missing.Count == 0) return;

        var now = clock.Now();
        if (!await db.Businesses.AnyAsync(b => b.Id == DemoIds.Business, cancel))
        {
            db.Businesses.Add(Business.Found(DemoIds.Business, "Hudson Property Management", "America/New_York", "USD", now, synthetic: false, demo: true));
            db.AuditFirst(new AuditEntry($"business:{DemoIds.Business}", null, "business.founded", Detail: new { demo = true }));
        }

        string? hash = null;
        foreach (var person in missing)
        {
            var account = Account.Open(person.Id, person.Email, person.Name, now, person.Role is null ? [] : [person.Role], emailConfirmed: true, demo: true);
            account.PasswordHash = hash ??= hasher.HashPassword(account, Password);
            account.SecurityStamp = clock.NewId().ToString("N");
            db.Accounts.Add(account);
            db.AuditFirst(new AuditEntry($"account:{account.Id}", null, "account.registered", Detail: new { demo = true }));
            foreach (var role in person.BusinessRoles) db.Members.Add(new Member(DemoIds.Business, account.Id, role, now));
        }

        await db.SaveChangesAsync(cancel);
    }

    private static IEnumerable<Person> People()
    {
        yield return new Person(DemoIds.Admin, "admin@demo.test", "Ada Admin", Roles.Admin);
        for (var i = 1; i <= DemoIds.Agents; i++)
            yield return new Person(DemoIds.Agent(i), $"agent{i}@demo.test", $"{Name(i, 0)} (agent)", null, i == 1 ? [Roles.Agent, Roles.Owner] : [Roles.Agent]);
        for (var i = 1; i <= DemoIds.Tenants; i++)
            yield return new Person(DemoIds.Tenant(i), $"tenant{i}@demo.test", Name(i, 3), Roles.Customer);
        for (var i = 1; i <= DemoIds.Clerks; i++)
            yield return new Person(DemoIds.Clerk(i), $"clerk{i}@demo.test", $"{Name(i, 7)} (clerk)", null, Roles.Clerk);
        for (var i = 1; i <= DemoIds.Contractors; i++)
            yield return new Person(DemoIds.Contractor(i), $"contractor{i}@demo.test", Name(i, 5), Roles.Contractor);
    }

    // Ten first names by ten last names, shifted per row: no two people of the street share a full name.
    private static string Name(int number, int shift)
    {
        string[] first = ["Maya", "Jonas", "Aisha", "Leo", "Priya", "Owen", "Lucia", "Kenji", "Nora", "Tariq"];
        string[] last = ["Rivera", "Novak", "Okafor", "Lindqvist", "Haddad", "Costa", "Brennan", "Mehta", "Kowalski", "Tanaka"];
        var index = number - 1;
        return $"{first[index % 10]} {last[(index + index / 10 + shift) % 10]}";
    }

    private sealed record Person(Guid Id, string Email, string Name, string? Role, params string[] BusinessRoles);
}
