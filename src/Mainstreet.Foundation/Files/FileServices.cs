using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Files;

internal static class FileServices
{
    internal static ModuleBuilder AddFiles(this ModuleBuilder builder, DataDirectory data)
    {
        var services = builder.Services;
        builder.AddOptions<FileStoreOptions>("Files");
        if (builder.Configuration["Files:Store"] != FileStoreOptions.Bucket)
        {
            services.AddSingleton<IFileStore>(provider => new DiskFileStore(
                provider.GetRequiredService<IOptions<FileStoreOptions>>().Value.Root ?? data.File("files"),
                provider.GetRequiredService<TimeProvider>()));
            return builder;
        }

        services.AddSingleton(provider => new S3FileStore(provider.GetRequiredService<IOptions<FileStoreOptions>>().Value.S3, data.File("spool")));
        services.AddSingleton<IFileStore>(provider => provider.GetRequiredService<S3FileStore>());
        // A folder is on a disk, which the part "disk" looks at.
        services.AddHealthPart<FilesHealth>();
        return builder;
    }
}

/// <summary>The bucket answers. Not needed to serve: all but photos goes on without it, and other replicas have no other one.</summary>
internal sealed class FilesHealth(S3FileStore files) : IHealthPart
{
    public string Name => "files";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        try
        {
            await files.ProbeAsync(cancel);
            return PartHealth.Up();
        }
        catch (FileStoreAwayException away)
        {
            return PartHealth.Down(away.Message);
        }
    }
}
