using Mainstreet.Access.Accounts;
using Mainstreet.Access.Businesses;
using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Data;

internal sealed class AccessDb(DbContextOptions<AccessDb> options) : ModuleDb(options)
{
    protected override string Module => "access";

    internal DbSet<Account> Accounts => Set<Account>();

    internal DbSet<AccountRole> AccountRoles => Set<AccountRole>();

    internal DbSet<Session> Sessions => Set<Session>();

    internal DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    internal DbSet<SignInFailure> SignInFailures => Set<SignInFailure>();

    internal DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    internal DbSet<Business> Businesses => Set<Business>();

    internal DbSet<Member> Members => Set<Member>();

    internal DbSet<Invitation> Invitations => Set<Invitation>();

    protected override void Map(ModelBuilder model) => AccessMapping.Map(model);
}
