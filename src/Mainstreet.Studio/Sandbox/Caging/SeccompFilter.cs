using System.Buffers.Binary;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// Writes the filter that the kernel asks at each system call of a caged program: classic BPF over <c>struct seccomp_data</c>
/// (linux/seccomp.h, linux/filter.h), as bubblewrap takes it from a descriptor.
/// </summary>
internal static class SeccompFilter
{
    internal const uint Allow = 0x7FFF0000;
    internal const uint KillProcess = 0x80000000;

    private const uint Errno = 0x00050000;
    private const uint NotPermitted = Errno | 1;
    private const uint NoSuchCall = Errno | 38;

    private const int NumberOffset = 0;
    private const int ArchitectureOffset = 4;
    private const int FirstArgumentOffset = 16;
    private const int SecondArgumentOffset = 24;

    private const uint LocalSockets = 1;
    private const uint PushCharacter = 0x5412;
    private const uint PasteSelection = 0x541C;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private const uint NewNamespaces = 0x7E020000;

    // BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGT|BPF_K, BPF_JMP|BPF_JSET|BPF_K, BPF_RET|BPF_K.
    private const ushort Load = 0x20;
    private const ushort Equal = 0x15;
    private const ushort Greater = 0x25;
    private const ushort AnyBit = 0x45;
    private const ushort Return = 0x06;

    /// <summary>Instructions of eight bytes each, in the machine's byte order (every architecture listed is little-endian).</summary>
    internal static byte[] Bytes(SeccompCalls calls)
    {
        var program = new List<byte>();
        void Add(ushort code, uint value, byte yes = 0, byte no = 0)
        {
            Span<byte> instruction = stackalloc byte[8];
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, code);
            instruction[2] = yes;
            instruction[3] = no;
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], value);
            program.AddRange(instruction);
        }

        // Another architecture's table on the same machine (32-bit calls on x86-64) has other numbers: none is served.
        Add(Load, ArchitectureOffset);
        Add(Equal, calls.Architecture, yes: 1);
        Add(Return, KillProcess);

        Add(Load, NumberOffset);
        // The second numbering of x86-64 (x32, bit 30) is beyond the newest as well.
        Add(Greater, calls.Newest, no: 1);
        Add(Return, NoSuchCall);
        Add(Equal, calls.Clone3Call, no: 1);
        Add(Return, NoSuchCall);
        foreach (var denied in calls.Denied)
        {
            Add(Equal, denied, no: 1);
            Add(Return, NotPermitted);
        }

        // The kernel reads the low half of these arguments only.
        Add(Equal, calls.CloneCall, no: 4);
        Add(Load, FirstArgumentOffset);
        Add(AnyBit, NewNamespaces, no: 1);
        Add(Return, NotPermitted);
        Add(Return, Allow);

        Add(Equal, calls.SocketCall, no: 4);
        Add(Load, FirstArgumentOffset);
        Add(Equal, LocalSockets, yes: 1);
        Add(Return, NotPermitted);
        Add(Return, Allow);

        Add(Equal, calls.IoctlCall, no: 5);
        Add(Load, SecondArgumentOffset);
        Add(Equal, PushCharacter, yes: 1);
        Add(Equal, PasteSelection, no: 1);
        Add(Return, NotPermitted);
        Add(Return, Allow);

        Add(Return, Allow);
        return [.. program];
    }
}
