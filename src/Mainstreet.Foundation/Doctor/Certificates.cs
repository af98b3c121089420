using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor;

/// <summary>Certificates of every https address in the settings: when they end, and whether this machine believes them.</summary>
internal sealed class Certificates(IServiceProvider services, DoctorLimits limits, TimeProvider clock) : ICheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public string Name => "certificates";

    public bool AppliesTo(Engine engine) => true;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var addresses = ConfigurationReport.Check(services).Settings.Where(s => s.Source.Origin != SettingOrigin.Default && s.Value is not null)
            .SelectMany(s => s.Value!.Split([',', ';'], StringSplitOptions.TrimEntries).Select(v => (s.Key, Address: Uri.TryCreate(v, UriKind.Absolute, out var uri) ? uri : null)))
            .Where(a => a.Address is { Scheme: "https" or "smtps" or "amqps" } && !a.Address.Host.Contains('{', StringComparison.Ordinal))
            .DistinctBy(a => a.Address!.Authority);
        return [.. (await Task.WhenAll(addresses.Select(a => LookAsync(a.Key, a.Address!, cancel)))).OfType<Finding>()];
    }

    private async Task<Finding?> LookAsync(string key, Uri address, CancellationToken cancel)
    {
        var (believed, ends) = (true, (DateTimeOffset?)null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port > 0 ? address.Port : 443, limit.Token);
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = address.Host,
                // Nothing is sent: a certificate that is not believed is to be told of, with its end.
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    believed = errors == SslPolicyErrors.None;
                    ends = certificate is X509Certificate2 read ? read.NotAfter.ToUniversalTime() : null;
                    return certificate is not null;
                },
            }, limit.Token);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && failure is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            return new Finding(Name, Severity.Low, $"{address.Host} of {key} could not be asked for its certificate.",
                failure is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : failure.GetBaseException().Message, $"openssl s_client -connect {address.Authority}");
        }

        return Judge(key, address, believed, ends);
    }

    internal Finding? Judge(string key, Uri address, bool believed, DateTimeOffset? ends)
    {
        var left = ends - clock.GetUtcNow();
        var evidence = string.Create(CultureInfo.InvariantCulture, $"{address.Authority}, of the setting {key}; ends {ends:yyyy-MM-dd}");
        var remedy = $"Renew it where {address.Host} is served; openssl s_client -connect {address.Authority}";
        if (left <= TimeSpan.Zero) return new Finding(Name, Severity.High, $"The certificate of {address.Host} has ended.", evidence, remedy);
        if (left < limits.CertificateLife) return new Finding(Name, left < limits.SeriousCertificateLife ? Severity.High : Severity.Medium, $"The certificate of {address.Host} ends soon.", evidence, remedy);
        return believed ? null : new Finding(Name, Severity.High, $"This machine does not believe the certificate of {address.Host}.", evidence,
            "Have the whole chain served, or give the issuer to this program: SSL_CERT_FILE=/path/ca.pem");
    }
}
