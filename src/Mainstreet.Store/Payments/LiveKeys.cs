using Mainstreet.Foundation.Configuration.Rules;

namespace Mainstreet.Store.Payments;

/// <summary>In Production money is real. Staging may use the provider's test mode: it exists for that.</summary>
internal sealed class LiveKeys : IConfigurationRule
{
    private const string Key = $"{PaymentsOptionsCheck.Section}:Razorpay:KeyId";

    public IEnumerable<RuleFinding> Judge(RuleContext context)
    {
        if (context.Live && context.Root[Key]?.StartsWith("rzp_test_", StringComparison.Ordinal) == true)
            yield return new RuleFinding(Key, "must not be a test key in Production: it takes no real money");
    }
}
