using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

using Mono.Cecil;

using ModuleDefinition = Mono.Cecil.ModuleDefinition;

namespace Mainstreet.Image;

/// <summary>
/// Puts the reference assembly (the same public surface without code) in the place of each framework assembly that the program cannot reach: Studio
/// compiles people's C# against all of the framework, and that is all these are here for. One that is run after all fails with words that say so.
/// </summary>
/// <remarks>
/// Large ones that the program reaches on slow paths only (keys in XML, tables, descriptions of the API) keep their code and lose what was compiled of
/// it ahead of time: they are compiled when they are used. Reach is followed from type to type's assembly, so that a facade over everything (netstandard) does not
/// reach everything.
/// </remarks>
internal sealed class Framework : IDisposable
{
    /// <summary>Below this there is nothing to win.</summary>
    private const int Worth = 20_000;

    /// <summary>Loaded by name, so that no reference shows them.</summary>
    private static readonly string[] ByName = ["System.Private.CoreLib", "System.Diagnostics.StackTrace", "System.Private.Uri", "System.Runtime.Loader"];

    /// <summary>Not on the way of a start or of a request that must be quick.</summary>
    private static readonly string[] Slow =
    [
        "System.Private.Xml", "System.Private.DataContractSerialization", "System.Data.Common", "System.Linq.AsyncEnumerable", "System.Security.Cryptography.Xml", "System.Security.Cryptography.Pkcs",
        "Microsoft.CSharp", "Microsoft.AspNetCore.Mvc.Core", "Microsoft.AspNetCore.Server.HttpSys", "Microsoft.AspNetCore.Server.IIS",
    ];

    private readonly Dictionary<string, string> _files;
    private readonly Dictionary<string, Surface> _surfaces = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _reached = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _passed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<string> _open = new();

    private Framework(string shared) => _files = Directory.EnumerateFiles(shared, "*.dll", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f), StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers how many bytes there are less.</summary>
    internal static long Slim(string app, string shared, string reference)
    {
        using var framework = new Framework(shared);
        foreach (var name in ByName) framework.Reach(name);
        foreach (var file in Directory.EnumerateFiles(app, "*.dll", SearchOption.AllDirectories))
        {
            using var surface = new Surface(file);
            framework.Follow(surface);
        }

        while (framework._open.TryDequeue(out var name)) framework.Follow(framework.Of(name));
        foreach (var surface in framework._surfaces.Values) surface.Dispose();
        long less = 0;
        foreach (var (name, file) in framework._files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var instead = Path.Combine(reference, name + ".dll");
            var before = new FileInfo(file).Length;
            if (!framework._reached.Contains(name) && !framework._passed.Contains(name) && File.Exists(instead) && before - new FileInfo(instead).Length >= Worth) File.Copy(instead, file, overwrite: true);
            else if (Slow.Contains(name, StringComparer.Ordinal)) LeaveCompiled(file);
            else continue;
            var won = before - new FileInfo(file).Length;
            Console.WriteLine($"  {name}: {won / 1_000} kB less");
            less += won;
        }

        return less;
    }

    private static void LeaveCompiled(string file)
    {
        using var from = new MemoryStream(File.ReadAllBytes(file));
        using var module = ModuleDefinition.ReadModule(from);
        // What was compiled is for this machine and lies beside the code; a module of nothing but code is written without it.
        (module.Attributes, module.Architecture) = (ModuleAttributes.ILOnly, TargetArchitecture.I386);
        // The id of a module is made of what it holds, so that the same input gives the same bytes.
        module.Write(file, new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
    }

    private void Reach(string name)
    {
        if (_files.ContainsKey(name) && _reached.Add(name)) _open.Enqueue(name);
    }

    private void Follow(Surface surface)
    {
        foreach (var (assembly, type) in surface.Uses())
        {
            var at = assembly;
            while (_files.ContainsKey(at) && Of(at).Forwards.TryGetValue(type, out var next))
            {
                _passed.Add(at);
                at = next;
            }

            Reach(at);
        }
    }

    private Surface Of(string name) => _surfaces.TryGetValue(name, out var known) ? known : _surfaces[name] = new Surface(_files[name]);

    public void Dispose()
    {
        foreach (var surface in _surfaces.Values) surface.Dispose();
    }

    /// <summary>What an assembly uses of others, and which types it only passes on.</summary>
    private sealed class Surface : IDisposable
    {
        private readonly PEReader _image;
        private readonly MetadataReader? _metadata;

        internal Surface(string file)
        {
            _image = new PEReader(File.OpenRead(file));
            if (!_image.HasMetadata) return;
            _metadata = _image.GetMetadataReader();
            foreach (var type in _metadata.ExportedTypes.Select(_metadata.GetExportedType).Where(t => t.IsForwarder && t.Implementation.Kind == HandleKind.AssemblyReference))
                Forwards[Full(type.Namespace, type.Name)] = Name((AssemblyReferenceHandle)type.Implementation);
        }

        internal Dictionary<string, string> Forwards { get; } = new(StringComparer.Ordinal);

        internal IEnumerable<(string Assembly, string Type)> Uses() => _metadata is null ? [] : _metadata.TypeReferences.Select(_metadata.GetTypeReference)
            .Where(t => t.ResolutionScope.Kind == HandleKind.AssemblyReference).Select(t => (Name((AssemblyReferenceHandle)t.ResolutionScope), Full(t.Namespace, t.Name)));

        private string Name(AssemblyReferenceHandle handle) => _metadata!.GetString(_metadata.GetAssemblyReference(handle).Name);

        private string Full(StringHandle space, StringHandle name) => $"{_metadata!.GetString(space)}.{_metadata.GetString(name)}";

        public void Dispose() => _image.Dispose();
    }
}
