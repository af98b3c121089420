using static Mainstreet.Studio.Sandbox.SandboxStatus;

namespace Mainstreet.Studio.Tests.Sandbox;

/// <summary>Programs that want out by way of the kernel: other processes, namespaces, mounts, keys, tracing, the network.</summary>
internal static class AttacksOnTheKernel
{
    internal static IReadOnlyList<Attack> All { get; } =
    [
        Attack.Python("the network", """
            import socket
            for family, kind, address in ((socket.AF_INET, socket.SOCK_STREAM, ('192.0.2.1', 80)), (socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 5432)),
                                          (socket.AF_INET, socket.SOCK_DGRAM, ('192.0.2.1', 53)), (socket.AF_INET6, socket.SOCK_STREAM, ('::1', 80))):
                try:
                    s = socket.socket(family, kind); s.settimeout(2); s.connect(address); s.send(b'x'); print('ESCAPED', address)
                except OSError as refused: print('contained', refused.errno)
            try: socket.getaddrinfo('example.test', 80); print('ESCAPED name')
            except OSError as refused: print('contained', refused.errno)
            """),
        Attack.Python("sockets into the kernel", """
            import socket
            for family, kind, protocol in ((16, socket.SOCK_RAW, 0), (17, socket.SOCK_RAW, 0), (38, socket.SOCK_SEQPACKET, 0), (40, socket.SOCK_STREAM, 0), (2, socket.SOCK_RAW, 1), (10, socket.SOCK_RAW, 58), (15, socket.SOCK_RAW, 2), (31, socket.SOCK_RAW, 1), (44, socket.SOCK_RAW, 0)):
                try: socket.socket(family, kind, protocol); print('ESCAPED', family)
                except OSError as refused: print('contained', family, refused.errno)
            """),
        Attack.Python("sockets of the machine by name", """
            import socket
            for name in ('/run/dbus/system_bus_socket', '/var/run/docker.sock', '/run/postgresql/.s.PGSQL.5432', '\0/tmp/.X11-unix/X0', '\0dbus'):
                try: s = socket.socket(socket.AF_UNIX); s.connect(name); print('ESCAPED', name)
                except OSError as refused: print('contained', refused.errno)
            """),
        Attack.SystemCalls("ptrace", "refused('attach', 101, 16, 1, 0, 0)\nrefused('trace me', 101, 0, 0, 0, 0)\nrefused('seize', 101, 0x4206, 1, 0, 0)\nrefused('vm read', 310, 1, 0, 0, 0, 0, 0)\nrefused('vm write', 311, 1, 0, 0, 0, 0, 0)\nrefused('kcmp', 312, 1, 1, 0, 0, 0)\nrefused('pidfd_getfd', 438, 0, 0, 0)"),
        Attack.SystemCalls("mount", """
            refused('mount', 165, b'x', b'/tmp', b'tmpfs', 0, 0)
            refused('remount', 165, b'none', b'/app', 0, 0x1020, 0)
            refused('umount', 166, b'/app', 2)
            refused('pivot_root', 155, b'/tmp', b'/tmp')
            refused('chroot', 161, b'/tmp')
            for name, number in (('open_tree', 428), ('move_mount', 429), ('fsopen', 430), ('fsconfig', 431), ('fsmount', 432), ('fspick', 433), ('mount_setattr', 442), ('open_by_handle_at', 304), ('name_to_handle_at', 303)):
                refused(name, number, 0, 0, 0, 0, 0)
            """),
        Attack.SystemCalls("namespaces", """
            for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
                refused('unshare', 272, flag)
                refused('clone', 56, flag | signal.SIGCHLD, 0, 0, 0, 0)
            refused('clone3', 435, 0, 0, answers=(errno.ENOSYS,))
            f = os.open('/proc/self/ns/user', os.O_RDONLY)
            refused('setns', 308, f, 0)
            """),
        Attack.SystemCalls("keyring", "refused('add_key', 248, b'user', b'x', b'y', 1, -3)\nrefused('request_key', 249, b'user', b'x', 0, -3)\nrefused('keyctl', 250, 0, -4, 0)\nrefused('keyctl join', 250, 1, 0)"),
        Attack.SystemCalls("kernel attack surface", """
            for name, number in (('bpf', 321), ('perf_event_open', 298), ('userfaultfd', 323), ('io_uring_setup', 425), ('io_uring_enter', 426), ('io_uring_register', 427), ('fanotify_init', 300), ('memfd_secret', 447),
                                 ('lookup_dcookie', 212), ('vmsplice', 278), ('move_pages', 279), ('migrate_pages', 256), ('modify_ldt', 154), ('personality', 135), ('quotactl', 179), ('acct', 163), ('syslog', 103)):
                refused(name, number, 0, 0, 0, 0, 0)
            """),
        Attack.SystemCalls("the machine itself", """
            for name, number in (('reboot', 169), ('kexec_load', 246), ('kexec_file_load', 320), ('init_module', 175), ('finit_module', 313), ('delete_module', 176), ('swapon', 167), ('swapoff', 168), ('sethostname', 170),
                                 ('setdomainname', 171), ('settimeofday', 164), ('clock_settime', 227), ('adjtimex', 159), ('iopl', 172), ('ioperm', 173), ('vhangup', 153)):
                refused(name, number, 0, 0, 0, 0, 0)
            """),
        Attack.SystemCalls("calls that do not exist yet", "refused('new', 470, 0, 0, 0, answers=(errno.ENOSYS,))\nrefused('far', 100000, 0, 0, answers=(errno.ENOSYS,))\nrefused('second numbering', 0x40000000 | 101, 0, 0, answers=(errno.ENOSYS,))"),
        Attack.SystemCalls("32-bit calls", """
            import mmap
            sys.stdout.flush()
            child = os.fork()
            if child == 0:
                code = mmap.mmap(-1, 4096, prot=7)
                code.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # mov eax, 20 (getpid); int 0x80; ret
                address = ctypes.addressof(ctypes.c_char.from_buffer(code))
                os._exit(1 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0 else 2)
            how = os.waitpid(child, 0)[1]
            print('contained' if os.WIFSIGNALED(how) and os.WTERMSIG(how) in (11, 31) else 'ESCAPED', how)
            """),
        Attack.SystemCalls("characters pushed into a terminal", "refused('TIOCSTI', 16, 0, 0x5412, b'x')\nrefused('TIOCSTI high', 16, 0, 0x1_0000_5412, b'x')\nrefused('TIOCLINUX', 16, 0, 0x541C, b'x')"),
        Attack.Python("signals to everybody", """
            import os, signal
            print('contained', flush=True)
            for target in (1, os.getppid(), 0, -1):
                for s in (signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL):
                    if target == 0 and s != signal.SIGUSR1: continue
                    if target == 0: signal.signal(s, signal.SIG_IGN)
                    try: os.kill(target, s)
                    except OSError: pass
            for target in range(2, 40000):
                if target != os.getpid():
                    try: os.kill(target, signal.SIGKILL)
                    except OSError: pass
            """, Ok, RuntimeError),
        Attack.Python("capabilities", """
            import os
            for line in open('/proc/self/status'):
                if line.startswith(('CapEff', 'CapPrm', 'CapBnd', 'CapInh', 'CapAmb')): print('contained' if int(line.split()[1], 16) == 0 else 'ESCAPED', line)
                if line.startswith('NoNewPrivs'): print('contained' if line.split()[1] == '1' else 'ESCAPED', line)
                if line.startswith('Seccomp:'): print('contained' if line.split()[1] == '2' else 'ESCAPED', line)
            print('contained' if os.getuid() == 65534 and os.geteuid() == 65534 and os.getgroups() in ([], [65534]) else 'ESCAPED', os.getgroups())
            """),
        Attack.Python("groups", """
            import os
            print('ESCAPED' if os.path.exists('/sys/fs/cgroup') else 'contained')
            print('contained' if all(line.strip().split(':')[2] == '/' for line in open('/proc/self/cgroup')) else 'ESCAPED', open('/proc/self/cgroup').read())
            """),
        Attack.Python("segments and queues of others", """
            import ctypes
            for path in ('/proc/sysvipc/shm', '/proc/sysvipc/msg', '/proc/sysvipc/sem'):
                print('contained' if len(open(path).readlines()) <= 1 else 'ESCAPED', path)
            libc = ctypes.CDLL(None, use_errno=True)
            print('contained', libc.shmget(0x4d53, 4096, 0o1600) >= 0)
            """),
        Attack.Python("a core dump", "import os, signal\nprint('contained', flush=True)\nos.kill(os.getpid(), signal.SIGSEGV)", RuntimeError),
    ];
}
