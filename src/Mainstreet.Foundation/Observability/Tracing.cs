using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mainstreet.Foundation.Observability;

/// <summary>Exports traces over OTLP when <c>Otlp:Endpoint</c> is set; listens to nothing otherwise.</summary>
internal sealed class Tracing(IOptions<OtlpOptions> options) : IHostedService, IDisposable
{
    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (string.IsNullOrEmpty(settings.Endpoint)) return Task.CompletedTask;
        var endpoint = new Uri(settings.Endpoint);
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(r => r.AddService("mainstreet", serviceVersion: HealthEndpoints.Version))
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.SampleRatio)))
            .AddSource("Mainstreet.*", "Microsoft.AspNetCore", "Npgsql")
            .AddOtlpExporter(o =>
            {
                o.Protocol = settings.Protocol == "http" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                // The HTTP form wants the whole path when the address is set in code (OTLP specification, "Endpoint URLs for OTLP/HTTP").
                o.Endpoint = settings.Protocol == "http" && endpoint.AbsolutePath == "/" ? new Uri(endpoint, "v1/traces") : endpoint;
                if (settings.Headers is { Length: > 0 } headers) o.Headers = headers;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.ForceFlush(2_000);
        return Task.CompletedTask;
    }

    public void Dispose() => _provider?.Dispose();
}
