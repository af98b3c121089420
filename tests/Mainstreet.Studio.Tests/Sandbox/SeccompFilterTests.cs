using System.Buffers.Binary;

using Mainstreet.Studio.Sandbox.Caging;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

/// <summary>The filter's bytes, read by an interpreter of classic BPF of its own: the kernel of this machine checks one architecture only.</summary>
[Trait("kind", "unit")]
public sealed class SeccompFilterTests
{
    private const uint NotPermitted = 0x00050001;
    private const uint NoSuchCall = 0x00050026;

    public static TheoryData<string> Machines => ["x64", "arm64"];

    [Theory, MemberData(nameof(Machines))]
    public void Denied_calls_are_refused_whatever_their_arguments(string machine)
    {
        var (calls, filter) = On(machine);
        foreach (var denied in calls.Denied) Ask(filter, calls.Architecture, denied, 0xFFFFFFFFFFFFFFFF, 0).ShouldBe(NotPermitted, $"{denied}");
    }

    [Theory, MemberData(nameof(Machines))]
    public void Everything_else_up_to_the_newest_is_allowed(string machine)
    {
        var (calls, filter) = On(machine);
        for (var number = 0u; number <= calls.Newest; number++)
        {
            if (calls.Denied.Contains(number) || number == calls.Clone3Call || number == calls.SocketCall) continue;
            Ask(filter, calls.Architecture, number, 0, 0).ShouldBe(SeccompFilter.Allow, $"{number}");
        }
    }

    [Theory, MemberData(nameof(Machines))]
    public void Newer_calls_and_other_numberings_do_not_exist(string machine)
    {
        var (calls, filter) = On(machine);
        foreach (var number in (uint[])[calls.Newest + 1, 1_000, 0x40000000, 0x40000065, uint.MaxValue, calls.Clone3Call]) Ask(filter, calls.Architecture, number, 0, 0).ShouldBe(NoSuchCall);
    }

    [Theory, MemberData(nameof(Machines))]
    public void Calls_of_another_architecture_end_the_program(string machine)
    {
        var (calls, filter) = On(machine);
        foreach (var other in (uint[])[0x40000003, 0x40000028, calls.Architecture ^ 0x80000000, 0]) Ask(filter, other, 20, 0, 0).ShouldBe(SeccompFilter.KillProcess);
    }

    [Theory, MemberData(nameof(Machines))]
    public void Arguments_decide_about_clone_socket_and_ioctl(string machine)
    {
        var (calls, filter) = On(machine);
        ulong[] spaces = [0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000];
        foreach (var space in spaces)
        {
            Ask(filter, calls.Architecture, calls.CloneCall, space | 17, 0).ShouldBe(NotPermitted);
            Ask(filter, calls.Architecture, calls.CloneCall, space | 0x3D0F00, 0).ShouldBe(NotPermitted);
        }

        // What the C library makes threads and processes with.
        Ask(filter, calls.Architecture, calls.CloneCall, 0x3D0F00, 0).ShouldBe(SeccompFilter.Allow);
        Ask(filter, calls.Architecture, calls.CloneCall, 0x1200011, 0).ShouldBe(SeccompFilter.Allow);

        for (var family = 0ul; family < 50; family++) Ask(filter, calls.Architecture, calls.SocketCall, family, 0).ShouldBe(family == 1 ? SeccompFilter.Allow : NotPermitted);
        foreach (var request in (ulong[])[0x5412, 0x541C, 0x1_0000_5412]) Ask(filter, calls.Architecture, calls.IoctlCall, 0, request).ShouldBe(NotPermitted);
        foreach (var request in (ulong[])[0x5401, 0x5413, 0x541B]) Ask(filter, calls.Architecture, calls.IoctlCall, 0x5412, request).ShouldBe(SeccompFilter.Allow);
    }

    private static (SeccompCalls Calls, byte[] Filter) On(string machine)
    {
        var calls = machine == "x64" ? SeccompCalls.X64 : SeccompCalls.Arm64;
        var filter = SeccompFilter.Bytes(calls);
        (filter.Length / 8).ShouldBeLessThan(4_096);
        return (calls, filter);
    }

    private static uint Ask(byte[] filter, uint architecture, uint number, ulong first, ulong second)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16), first);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(24), second);
        var accumulator = 0u;
        for (var at = 0; ; at++)
        {
            var instruction = filter.AsSpan(at * 8, 8);
            var value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            bool Jumps(bool holds, Span<byte> i)
            {
                at += holds ? i[2] : i[3];
                return holds;
            }

            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20: accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)value)); break;
                case 0x15: Jumps(accumulator == value, instruction); break;
                case 0x25: Jumps(accumulator > value, instruction); break;
                case 0x45: Jumps((accumulator & value) != 0, instruction); break;
                case 0x06: return value;
                default: throw new InvalidOperationException($"instruction {at}");
            }
        }
    }
}
