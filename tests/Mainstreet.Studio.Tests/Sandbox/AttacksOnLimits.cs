using static Mainstreet.Studio.Sandbox.SandboxStatus;

namespace Mainstreet.Studio.Tests.Sandbox;

/// <summary>Programs that want more than their share of the machine.</summary>
internal static class AttacksOnLimits
{
    internal static IReadOnlyList<Attack> All { get; } =
    [
        Attack.Python("fork bomb", """
            import os
            print('contained', flush=True)
            while True:
                try: os.fork()
                except OSError: pass
            """, TimeLimit).For(6),
        Attack.Shell("fork bomb of the shell", "echo contained; bomb() { bomb | bomb & }; bomb; while :; do :; done", TimeLimit, RuntimeError).For(6),
        Attack.Python("processes beyond the limit", """
            import os, time
            made = 0
            try:
                for _ in range(500):
                    if os.fork() == 0:
                        time.sleep(30); os._exit(0)
                    made += 1
            except OSError as refused: print('contained', refused.errno)
            if made > 64: print('ESCAPED', made)
            """),
        Attack.Python("thread bomb", """
            import threading, time
            made = 0
            try:
                for _ in range(5000):
                    threading.Thread(target=time.sleep, args=(30,), daemon=True).start(); made += 1
            except RuntimeError: print('contained')
            if made > 64: print('ESCAPED', made)
            import os; os._exit(0)
            """),
        Attack.Python("memory hog", """
            print('contained', flush=True)
            b = bytearray(800_000_000)
            for i in range(0, len(b), 4096): b[i] = 1
            print('ESCAPED')
            """, MemoryLimit).For(30),
        Attack.Python("memory hog of many processes", """
            import os, time
            print('contained', flush=True)
            for _ in range(20):
                if os.fork() == 0:
                    b = bytearray(60_000_000)
                    for i in range(0, len(b), 4096): b[i] = 1
                    time.sleep(2); os._exit(0)
            for _ in range(20): os.wait()
            print('all ended')
            """, MemoryLimit, TimeLimit).For(6),
        Attack.Python("memory in a file without a name", """
            import os
            print('contained', flush=True)
            f = os.memfd_create('x')
            for _ in range(800): os.write(f, b'x' * 1_000_000)
            print('ESCAPED')
            """, MemoryLimit).For(30),
        Attack.Python("memory in shared segments", """
            import mmap
            print('contained', flush=True)
            m = mmap.mmap(-1, 800_000_000, mmap.MAP_SHARED)
            for i in range(0, len(m), 4096): m[i] = 1
            print('ESCAPED')
            """, MemoryLimit).For(30),
        Attack.Python("memory in pipes that nobody reads", """
            import fcntl, os
            total, ends = 0, []
            try:
                while True:
                    r, w = os.pipe(); ends.append((r, w))
                    fcntl.fcntl(w, 1031, 1_048_576)
                    os.set_blocking(w, False); total += os.write(w, b'x' * 1_048_576)
            except OSError as refused: print('contained', refused.errno)
            if total > 512_000_000: print('ESCAPED', total)
            """),
        Attack.Python("disk filler wherever it may write", """
            import os, errno
            total = 0
            for folder, folders, files in os.walk('/'):
                if folder.startswith(('/proc', '/usr')): folders.clear(); continue
                try:
                    with open(folder + '/fill', 'wb', buffering=0) as f:
                        while True: total += f.write(b'x' * 1_000_000)
                except OSError as refused: print('contained', folder, errno.errorcode[refused.errno])
            if total > 100_000_000: print('ESCAPED', total)
            """),
        Attack.Python("millions of empty files", """
            import os
            print('contained', flush=True)
            n = 0
            try:
                while True:
                    os.mkdir(f'/tmp/d{n}') if n % 1000 == 0 else open(f'/tmp/d{n // 1000 * 1000}/{n}', 'w').close()
                    n += 1
            except OSError: pass
            """, Ok, MemoryLimit, TimeLimit).For(4),
        Attack.Python("folders without end", """
            import os
            print('contained', flush=True)
            os.chdir('/tmp')
            try:
                while True: os.mkdir('d' * 200); os.chdir('d' * 200)
            except OSError: pass
            """, Ok, MemoryLimit, TimeLimit).For(4),
        Attack.Python("a sparse file of a petabyte", """
            import os
            try:
                f = os.open('/tmp/sparse', os.O_CREAT | os.O_WRONLY); os.ftruncate(f, 1 << 50); os.posix_fallocate(f, 0, 1 << 40)
                print('ESCAPED')
            except OSError as refused: print('contained', refused.errno)
            """),
        Attack.Python("endless output", "while True: print('contained' * 100)", OutputLimit),
        Attack.Python("endless errors", "import sys\nprint('contained', flush=True)\nwhile True: sys.stderr.write('x' * 10_000)", OutputLimit),
        Attack.Shell("output of many processes", "echo contained; for i in 1 2 3 4 5 6 7 8; do yes $i & done; wait", OutputLimit),
        Attack.Python("processor hog with many processes", """
            import os
            print('contained', flush=True)
            for _ in range(30):
                if os.fork() == 0:
                    while True: pass
            while True: pass
            """, TimeLimit).For(6),
        Attack.Python("signals ignored, all of them", """
            import signal
            for s in range(1, 65):
                try: signal.signal(s, signal.SIG_IGN)
                except (OSError, ValueError): pass
            print('contained', flush=True)
            while True: pass
            """, TimeLimit).For(6),
        Attack.Python("stopped instead of ended", "import os, signal\nprint('contained', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)\nprint('ESCAPED')", TimeLimit).For(6),
        Attack.Python("zombies", """
            import os, time
            for _ in range(60):
                if os.fork() == 0: os._exit(0)
            time.sleep(0.2)
            print('contained')
            """),
        Attack.Python("a daemon that outlives its parent", """
            import os, signal, time
            if os.fork() == 0:
                os.setsid()
                for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(s, signal.SIG_IGN)
                if os.fork() == 0:
                    for f in (0, 1, 2): os.close(f)
                    time.sleep(1000)
                os._exit(0)
            print('contained')
            """),
        Attack.Python("a daemon that holds on to the output", """
            import os, time
            if os.fork() == 0:
                os.setsid(); time.sleep(1000)
            print('contained')
            """),
        Attack.Python("open files without end", """
            import os
            held = []
            try:
                while True: held.append(os.open('/dev/null', os.O_RDONLY))
            except OSError as refused: print('contained', refused.errno, len(held))
            if len(held) > 1024: print('ESCAPED')
            """),
        Attack.Python("its limits raised", """
            import os, resource
            for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE):
                try: resource.setrlimit(limit, (1 << 20, 1 << 20)); print('ESCAPED', limit)
                except (OSError, ValueError): print('contained', limit)
            try: os.nice(-5); print('ESCAPED nice')
            except OSError: print('contained nice')
            try: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)); print('ESCAPED real time')
            except OSError: print('contained real time')
            try:
                with open('/proc/self/oom_score_adj', 'w') as f: f.write('-1000')
                print('ESCAPED oom')
            except OSError: print('contained oom')
            """),
    ];
}
