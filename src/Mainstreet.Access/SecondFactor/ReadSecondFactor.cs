using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access.SecondFactor;

/// <summary>What the caller has set up.</summary>
internal static class ReadSecondFactor
{
    /// <param name="Totp">An authenticator app is on.</param>
    /// <param name="Sms">The last two digits of the phone that is on; null without one.</param>
    /// <param name="SmsAvailable">The deployment can send text messages.</param>
    /// <param name="RecoveryCodesLeft">Recovery codes that were not used.</param>
    public sealed record Response(bool Totp, string? Sms, bool SmsAvailable, int RecoveryCodesLeft);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/auth/2fa", Handle)
        .WithName("access.2fa.read").WithTags("Access").WithSummary("Your second factor")
        .ProducesProblem(401).RequireAuthorization(AccessPermissions.SecureSelf);

    internal static async Task<Ok<Response>> Handle(Caller caller, SecondFactors factors, SmsSender sender, CancellationToken cancel)
    {
        var methods = await factors.MethodsAsync(caller.Id, cancel);
        var phone = await factors.PhoneAsync(caller.Id, cancel);
        var left = await factors.RecoveryCodesLeftAsync(caller.Id, cancel);
        return TypedResults.Ok(new Response(methods.Contains(SecondFactors.Totp), phone is null ? null : EnrolSms.Mask(phone), sender.Configured, left));
    }
}
