using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Foundation.Outbound;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Access.Accounts;

/// <summary>Has the owner of an account told what became of what they sign in with, where the address is theirs for certain and somebody can write there.</summary>
internal sealed class AccountNotices(AccessDb db, [FromKeyedServices(SmsSender.Section)] IProviders providers, TimeProvider clock)
{
    /// <summary>Adds the message to what the caller saves: it goes out when the change is committed, and only then.</summary>
    internal async Task TellAsync(Guid accountId, AccountMail.Topic topic, CancellationToken cancel)
    {
        if (providers.For("email").Count == 0) return;
        var address = await db.Accounts.Where(a => a.Id == accountId && a.EmailConfirmed && !a.Synthetic).Select(a => a.NormalizedEmail).SingleOrDefaultAsync(cancel);
        if (address is not null) AccountMail.Schedule(db, clock, topic, address);
    }
}
