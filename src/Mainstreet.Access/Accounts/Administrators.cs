using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Identity;

namespace Mainstreet.Access.Accounts;

/// <summary>Makes administrators for the command line, whose user already rules the database.</summary>
internal sealed class Administrators(UserManager<Account> users, AccessDb db, TimeProvider clock) : IAdministrators
{
    private static readonly EmailAddressAttribute Email = new();

    public Task<Outcome<Guid>> CreateAsync(string email, string displayName, string password, CancellationToken cancel)
    {
        if (email.Length > 254 || !Email.IsValid(email.Trim()))
            return Task.FromResult<Outcome<Guid>>(Problem.Invalid("email", "is not an e-mail address"));
        if (string.IsNullOrWhiteSpace(displayName) || displayName.Length > 200)
            return Task.FromResult<Outcome<Guid>>(Problem.Invalid("displayName", "must be 1 to 200 characters"));
        if (password.Length > Passwords.MaxLength)
            return Task.FromResult<Outcome<Guid>>(Problem.Invalid("password", $"must be at most {Passwords.MaxLength} characters"));
        var account = Account.Open(clock.NewId(), email, displayName, clock.Now(), [Roles.Admin], emailConfirmed: true);
        return Register.OpenAsync(users, db, account, password, null, cancel);
    }
}
