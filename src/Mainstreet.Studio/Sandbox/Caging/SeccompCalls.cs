using System.Runtime.InteropServices;

using Machine = System.Runtime.InteropServices.Architecture;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// Numbers of system calls on one processor architecture, as its <c>unistd.h</c> has them, and which of them a caged program is denied.
/// Denied is what reaches into other processes, mounts, namespaces, the kernel itself, its clock, keys or tracing; what a run needs no part of.
/// </summary>
/// <param name="Architecture"><c>AUDIT_ARCH_*</c> of linux/audit.h.</param>
/// <param name="Denied">Answered with EPERM.</param>
/// <param name="Newest">The highest number that this list was made with; what is beyond is answered with ENOSYS, as by an older kernel.</param>
/// <param name="CloneCall">Allowed without new namespaces.</param>
/// <param name="Clone3Call">Answered with ENOSYS, so that the C library falls back to clone, whose flags can be looked at.</param>
/// <param name="SocketCall">Allowed for AF_UNIX only.</param>
/// <param name="IoctlCall">Allowed but for pushing characters into a terminal.</param>
internal sealed record SeccompCalls(uint Architecture, IReadOnlyList<uint> Denied, uint Newest, uint CloneCall, uint Clone3Call, uint SocketCall, uint IoctlCall)
{
    internal static readonly SeccompCalls X64 = new(
        0xC000003E,
        [
            101, // ptrace
            103, // syslog
            134, 135, 136, 139, // uselib, personality, ustat, sysfs
            153, 154, 155, 156, 159, // vhangup, modify_ldt, pivot_root, _sysctl, adjtimex
            161, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, // chroot, acct, settimeofday, mount, umount2, swapon, swapoff, reboot, sethostname, setdomainname, iopl, ioperm
            174, 175, 176, 177, 178, 179, 180, // create_module, init_module, delete_module, get_kernel_syms, query_module, quotactl, nfsservctl
            212, 216, 227, 246, 248, 249, 250, 256, // lookup_dcookie, remap_file_pages, clock_settime, kexec_load, add_key, request_key, keyctl, migrate_pages
            272, 278, 279, 298, 300, 301, 303, 304, 305, 308, // unshare, vmsplice, move_pages, perf_event_open, fanotify_init, fanotify_mark, name_to_handle_at, open_by_handle_at, clock_adjtime, setns
            310, 311, 312, 313, 320, 321, 323, // process_vm_readv, process_vm_writev, kcmp, finit_module, kexec_file_load, bpf, userfaultfd
            .. SinceUnified,
        ],
        Newest: 469, CloneCall: 56, Clone3Call: 435, SocketCall: 41, IoctlCall: 16);

    internal static readonly SeccompCalls Arm64 = new(
        0xC00000B7,
        [
            18, 39, 40, 41, 42, 51, 58, 60, 75, 89, 92, 97, // lookup_dcookie, umount2, mount, pivot_root, nfsservctl, chroot, vhangup, quotactl, vmsplice, acct, personality, unshare
            104, 105, 106, 112, 116, 117, 142, 161, 162, 170, 171, // kexec_load, init_module, delete_module, clock_settime, syslog, ptrace, reboot, sethostname, setdomainname, settimeofday, adjtimex
            217, 218, 219, 224, 225, 234, 238, 239, 241, // add_key, request_key, keyctl, swapon, swapoff, remap_file_pages, migrate_pages, move_pages, perf_event_open
            262, 263, 264, 265, 266, 268, 270, 271, 272, 273, 280, 282, 294, // fanotify_init, fanotify_mark, name_to_handle_at, open_by_handle_at, clock_adjtime, setns, process_vm_readv, process_vm_writev, kcmp, finit_module, bpf, userfaultfd, kexec_file_load
            .. SinceUnified,
        ],
        Newest: 469, CloneCall: 220, Clone3Call: 435, SocketCall: 198, IoctlCall: 29);

    /// <summary>
    /// From 424 on every architecture has the same numbers: io_uring_setup, _enter, _register, open_tree, move_mount, fsopen, fsconfig, fsmount,
    /// fspick, pidfd_getfd, process_madvise, mount_setattr, quotactl_fd, memfd_secret, process_mrelease, set_mempolicy_home_node, statmount, listmount, lsm_*, open_tree_attr.
    /// </summary>
    private static IReadOnlyList<uint> SinceUnified => [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 443, 447, 448, 450, 457, 458, 459, 460, 461, 467];

    /// <summary>Of this machine; null where no list was made for it.</summary>
    internal static SeccompCalls? Here => RuntimeInformation.ProcessArchitecture switch
    {
        Machine.X64 => X64,
        Machine.Arm64 => Arm64,
        _ => null,
    };
}
