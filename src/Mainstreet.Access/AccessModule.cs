using Mainstreet.Access.Accounts;
using Mainstreet.Access.Businesses;
using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Access.Demo;
using Mainstreet.Access.Grants;
using Mainstreet.Access.Proof;
using Mainstreet.Access.Pages;
using Mainstreet.Access.Relations;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access;

/// <summary>Access: accounts, businesses, sign-in, roles.</summary>
public sealed class AccessModule : IModule
{
    public string Name => "access";

    public IReadOnlyList<Permission> Permissions => AccessPermissions.All;

    public MigrationSource Migrations { get; } = new("access", typeof(AccessModule).Assembly);

    public void AddServices(ModuleBuilder builder)
    {
        var services = builder.Services;
        builder.AddOptions<AccessOptions>("Access");
        builder.AddOptions<SignInOptions>("Access:SignIn");
        builder.AddFeatures<AccessFeatureOptions>(AccessFeatures.Registration);
        builder.AddDb<AccessDb>();
        builder.AddRecurringJob<RotateSigningKeys>("access.rotate-signing-keys", TimeSpan.FromHours(1));
        builder.AddRecurringJob<SignInPruning>("access.sign-in-pruning", TimeSpan.FromHours(1));
        builder.AddRecurringJob<ExpiredGrants>("access.expired-grants", TimeSpan.FromHours(1));
        builder.AddDemoSeed<DemoStreet>();
        builder.AddProof<AccessProof>();
        builder.AddContendedFeature<KeyContention>().AddContendedFeature<OwnerContention>().AddContendedFeature<MemberFeed>();
        builder.AddSmokePath<AccessReads>().AddSmokePath<AccessSmoke>().AddSmokePath<BusinessSmoke>();
        builder.AddLoadMix<AccessLoad>();

        services.AddValidation();
        services.AddStoredDataProtection();
        services.Configure<AntiforgeryOptions>(options => options.HeaderName = CookieAntiforgery.Header);
        AddIdentity(services);
        AccessSchemes.Add(services);

        services.AddSingleton<AccessMetrics>();
        services.AddKnownSeries<AccessMetrics>();
        services.AddSingleton<RuleBook>();
        services.AddSingleton<IAccessRules, AccessRules>();
        services.AddScoped<ResourceBusinesses>();
        services.AddHostedService<RuleWatcher>();
        services.AddSingleton<AccountSnapshots>();
        services.AddSingleton<AccountDirectory>();
        services.AddSingleton<IAccountDirectory>(provider => provider.GetRequiredService<AccountDirectory>());
        services.AddSingleton<IAccounts, AccountReader>();
        services.AddSingleton<IBusinessDirectory, BusinessDirectory>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddScoped<IAdministrators, Administrators>();
        services.AddScoped<SessionStarter>();
        services.AddScoped<SignInLimits>();
        services.AddScoped<HourlyBounds>();
        services.AddScoped<EmailConfirmation>();
        services.AddScoped<AccountNotices>();
        services.AddScoped<PasswordChange>();
        services.AddScoped<PasswordReset>();
        builder.AddMessageJob<AccountMail>(AccountMail.Kind);
        services.AddHostedService<AccessListener>();
        SecondFactorServices.Add(builder);
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        Register.Map(routes);
        ReadMe.Map(routes);
        ConfirmEmail.Map(routes);
        ChangePassword.Map(routes);
        ForgottenPassword.Map(routes);
        Login.Map(routes);
        Refresh.Map(routes);
        Logout.Map(routes);
        SignInPages.Map(routes);
        SecondFactorServices.Map(routes);
        // The way back may be an address with a token.
        routes.MapPage<SignInPage>("/sign-in").WithTokenInAddress().AllowAnonymous();
        routes.MapPage<RegisterPage>("/register").WithTokenInAddress().AllowAnonymous();
        routes.MapPage<ConfirmEmailPage>("/confirm-email").WithTokenInAddress().RequireAuthorization(AccessPermissions.SecureSelf);
        CreateBusiness.Map(routes);
        ReadBusinesses.Map(routes);
        ListMembers.Map(routes);
        InviteMember.Map(routes);
        AcceptInvitation.Map(routes);
        RemoveMember.Map(routes);
        RoleRoutes.Map(routes);
        ModelRoutes.Map(routes);
        GiveGrant.Map(routes);
        RevokeGrant.Map(routes);
        ReadGrants.Map(routes);
        CheckRoutes.Map(routes);
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddIdentityCore<Account>(options =>
        {
            options.Password.RequiredLength = 10;
            options.Password.RequireUppercase = true;
            options.Password.RequireLowercase = true;
            options.Password.RequireDigit = true;
            options.Password.RequireNonAlphanumeric = false;
            options.User.RequireUniqueEmail = true;
            // The user name is the e-mail, whose characters its provider chose.
            options.User.AllowedUserNameCharacters = "";
        });
        services.AddScoped<IUserStore<Account>, AccountStore>();
        services.Replace(ServiceDescriptor.Singleton<ILookupNormalizer, EmailNormalizer>());
        services.Replace(ServiceDescriptor.Singleton<IPasswordHasher<Account>, PasswordHasher<Account>>());
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<AccessOptions>>(
            (hasher, access) => hasher.IterationCount = access.Value.PasswordIterations);
        services.AddSingleton<Passwords>();
    }
}
