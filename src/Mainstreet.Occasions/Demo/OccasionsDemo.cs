using Mainstreet.Contracts;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Templates;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Demo;

/// <summary>
/// Sixty customers of the demo business over all the world, so that every day of the first weeks has somebody to greet; two templates of
/// its own and an address that wants nothing. Planned like any others.
/// </summary>
internal sealed class OccasionsDemo(OccasionsDb db, OccasionClock clock, IReplanner planner, IBusinessDirectory businesses) : IDemoSeed
{
    private const DemoKind Kind = (DemoKind)32;

    /// <summary>Through the list in steps, so that people of one day live in many zones.</summary>
    private const int Stride = 17;

    public async Task SeedAsync(CancellationToken cancel)
    {
        if (await businesses.FindAsync(DemoIds.Business, cancel) is not { } business) return;
        if (await db.Recipients.AnyAsync(r => r.BusinessId == business.Id, cancel)) return;
        var now = clock.Now();
        var recipients = Enumerable.Range(0, DemoRecipients.All.Count)
            .Select(i => Make(DemoRecipients.All[i * Stride % DemoRecipients.All.Count], i, business, now)).ToList();
        await db.InTransactionAsync(async token =>
        {
            await db.InsertRecipientsAsync(recipients, token);
            await planner.ReplanAsync(db, recipients, token);
            db.Templates.AddRange(
                Words(Occasion.Birthday, "en", "{{firstName}}, it is your day!", """
                    Dear {{firstName}},

                    {{#if age}}{{age}} looks good on you. {{/if}}Everybody at {{businessName}} sends warm wishes for {{localDate}}, wherever you live now.
                    Your old keys no longer fit, but the coffee is still on us.
                    """, now),
                Words(Occasion.Anniversary, "en", "{{#if years}}{{years}} years!{{else}}To the two of you{{/if}}", """
                    Dear {{fullName}},

                    {{#if years}}{{years}} years together deserve a proper toast.{{else}}A day like this deserves a proper toast.{{/if}} Have a lovely {{localDate}}.

                    {{businessName}}
                    """, now));
            db.Suppressions.Add(new Suppression
            {
                BusinessId = business.Id, Channel = "email", Address = recipients[6].Email!.ToLowerInvariant(), Reason = "manual", CreatedAt = now,
            });
            await db.SaveChangesAsync(token);
        }, cancel);
    }

    private static Recipient Make(DemoRecipients.Person person, int index, BusinessInfo business, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var name = SearchText.Of(person.FirstName, person.LastName).Replace(' ', '.').Replace("-", "", StringComparison.Ordinal);
        var fields = new RecipientFields(
            person.FirstName, person.LastName, $"{name}@example.test", index % 3 == 0 ? $"+1202555{index:0000}" : null, BirthdayOf(index, today),
            index % 4 == 1 ? DayAfter(today, index / 2, 1995 + (index % 25)) : null, person.TimeZone, person.Language, "", index == 11);
        var recipient = new Recipient { Id = DemoIds.Of(Kind, index + 1), BusinessId = business.Id, CreatedAt = now };
        fields.WriteTo(recipient, now);
        return recipient;
    }

    /// <summary>Today and tomorrow, 29 February, the next three weeks, then all through the year; some without the year.</summary>
    private static OccasionDate BirthdayOf(int index, DateOnly today) => index switch
    {
        3 or 30 => new OccasionDate(index == 3 ? 1988 : null, 2, 29),
        < 6 => DayAfter(today, 0, 1950 + (index * 9)),
        < 12 => DayAfter(today, 1, 1958 + (index * 3)),
        < 33 => DayAfter(today, index - 10, index % 5 == 0 ? null : 1945 + index),
        _ => DayAfter(today, 23 + ((index - 33) * 12), index % 6 == 0 ? null : 1940 + index),
    };

    private static OccasionDate DayAfter(DateOnly today, int days, int? year)
    {
        var day = today.AddDays(days);
        return new OccasionDate(year, day.Month, day is { Month: 2, Day: 29 } ? 28 : day.Day);
    }

    private static Template Words(Occasion occasion, string language, string subject, string body, DateTimeOffset now) => new()
    {
        BusinessId = DemoIds.Business, Occasion = occasion, Language = language, Subject = subject, Body = body.Trim(), Version = 1, UpdatedAt = now,
    };
}
