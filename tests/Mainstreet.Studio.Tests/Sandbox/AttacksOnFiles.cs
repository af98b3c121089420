using Mainstreet.Studio.Sandbox;

using static Mainstreet.Studio.Sandbox.SandboxStatus;

namespace Mainstreet.Studio.Tests.Sandbox;

/// <summary>Programs that want to read or change what is not theirs.</summary>
internal static class AttacksOnFiles
{
    /// <summary>A variable that the server has and no run may see.</summary>
    internal const string SecretName = "MAINSTREET_TEST_SECRET";
    internal const string SecretValue = "correct-horse-battery-staple";

    internal static IReadOnlyList<Attack> All { get; } =
    [
        Attack.Python("the machine's secrets", """
            import os
            for path in ('/etc/shadow', '/etc/passwd-', '/etc/ssh', '/root', '/home', '/var', '/work', '/srv', '/opt', '/run', '/sys', '/boot', '/mnt', '/etc/hostname', '/.dockerenv'):
                print('ESCAPED' if os.path.lexists(path) else 'contained', path)
            print('ESCAPED' if 'root' in open('/etc/passwd').read() else 'contained', 'passwd')
            """),
        Attack.Python("the server's files by way of its mounts", """
            import os
            for line in open('/proc/self/mountinfo'):
                fields = line.split()
                if fields[4] not in ('/tmp', '/dev/shm', '/proc') and not fields[4].startswith('/dev/') and 'rw' in fields[5].split(','): print('ESCAPED', line)
            for up in ('/app/..', '/app/../..', '/usr/../..', '/proc/self/cwd/../..', '/proc/self/root/..'):
                seen = set(os.listdir(up)) - {'app', 'bin', 'dev', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'proc', 'sbin', 'tmp', 'usr'}
                print('ESCAPED' if seen else 'contained', up, seen)
            """),
        Attack.Python("links out of the cage", """
            import os
            for n, target in enumerate(('/etc/shadow', '/proc/1/root/etc/shadow', '/proc/1/cwd/../etc/shadow', '/../../etc/shadow', '/proc/self/root/../etc/shadow')):
                os.symlink(target, f'/tmp/{n}')
                try: print('ESCAPED', open(f'/tmp/{n}').read(20))
                except OSError as refused: print('contained', target, refused.errno)
            for act in (lambda: os.symlink('/etc', '/app/etc'), lambda: os.link('/usr/bin/env', '/tmp/env'), lambda: os.rename('/app/main.py', '/tmp/x')):
                try: act(); print('ESCAPED')
                except OSError as refused: print('contained', refused.errno)
            """),
        Attack.Python("its own files changed", """
            import os
            for act in (lambda: open('/app/main.py', 'a'), lambda: open('/app/new', 'w'), lambda: os.remove('/app/main.py'), lambda: os.chmod('/app/main.py', 0o777),
                        lambda: os.utime('/app/main.py'), lambda: os.truncate('/app/main.py', 0), lambda: os.mkdir('/app/d'), lambda: open('/usr/bin/x', 'w'), lambda: open('/etc/passwd', 'a'),
                        lambda: os.rmdir('/usr'), lambda: open('/dev/x', 'w'), lambda: open('/x', 'w'), lambda: os.open('/app', os.O_TMPFILE | os.O_RDWR)):
                try: act(); print('ESCAPED')
                except OSError as refused: print('contained', refused.errno)
            """),
        Attack.Python("the server's variables", $$"""
            import glob, os
            allowed = {'PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'USER', 'PWD', 'PYTHONUNBUFFERED', 'PYTHONDONTWRITEBYTECODE', 'LC_CTYPE'}
            print('ESCAPED' if set(os.environ) - allowed else 'contained', sorted(os.environ))
            for path in glob.glob('/proc/[0-9]*/environ') + ['/proc/self/task/1/environ']:
                try:
                    text = open(path, 'rb').read()
                    names = {v.split(b'=')[0].decode() for v in text.split(b'\0') if v}
                    print('ESCAPED' if b'{{SecretValue}}' in text or names - allowed else 'contained', path, names)
                except OSError as refused: print('contained', path, refused.errno)
            """),
        Attack.Python("other processes by way of proc", """
            import os
            mine = [p for p in os.listdir('/proc') if p.isdigit()]
            print('ESCAPED' if len(mine) > 3 else 'contained', mine)
            for path in ('/proc/1/mem', '/proc/1/root/etc/shadow', '/proc/kcore', '/proc/kmsg', '/proc/kallsyms', '/proc/keys', '/proc/cmdline', '/proc/timer_list', '/proc/sysrq-trigger', '/dev/mem', '/dev/kmsg', '/dev/vda', '/dev/sda', '/proc/config.gz/x'):
                try:
                    with open(path, 'rb') as f: print('ESCAPED' if f.read(10) else 'contained', path)
                except OSError as refused: print('contained', path, refused.errno)
            """),
        Attack.Python("the kernel's settings", """
            import os
            for path in ('/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe', '/proc/sys/vm/overcommit_memory', '/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/proc/self/uid_map',
                         '/proc/self/gid_map', '/proc/self/setgroups', '/proc/sys/user/max_user_namespaces', '/proc/irq/default_smp_affinity', '/proc/sys/net/ipv4/ip_forward', '/proc/sys/kernel/ns_last_pid'):
                try:
                    f = os.open(path, os.O_WRONLY); os.write(f, b'1'); print('ESCAPED', path)
                except OSError as refused: print('contained', path, refused.errno)
            """),
        Attack.Python("what is left open", """
            import os
            print('contained' if set(os.listdir('/proc/self/fd')) <= {'0', '1', '2', '3'} else 'ESCAPED', os.listdir('/proc/self/fd'))
            for n in range(3, 256):
                try: os.write(n, b'x'); print('ESCAPED', n)
                except OSError: pass
            for n in (0, 1, 2):
                where = os.readlink(f'/proc/self/fd/{n}')
                print('contained' if where.startswith('pipe:') else 'ESCAPED', where)
            """),
        Attack.Python("devices", """
            import os, stat
            for kind, number in ((stat.S_IFBLK, os.makedev(254, 0)), (stat.S_IFCHR, os.makedev(1, 1))):
                try: os.mknod('/tmp/device', kind | 0o666, number); open('/tmp/device', 'rb').read(1); print('ESCAPED')
                except OSError as refused: print('contained', refused.errno)
            try: os.open('/dev/tty', os.O_RDWR); print('ESCAPED tty')
            except OSError as refused: print('contained', refused.errno)
            """),
        Attack.Python("programs that would be root", """
            import os, subprocess
            tried = 0
            for folder in ('/usr/bin', '/usr/sbin', '/usr/lib/openssh', '/usr/lib/dbus-1.0'):
                for name in os.listdir(folder) if os.path.isdir(folder) else ():
                    path = folder + '/' + name
                    if os.path.isfile(path) and os.stat(path).st_mode & 0o6000: tried += 1
            for command in (['/usr/bin/su', '-c', 'id'], ['/usr/bin/passwd', '-S'], ['/usr/bin/mount', '-t', 'tmpfs', 'x', '/tmp'], ['/usr/bin/newgrp']):
                if os.path.exists(command[0]):
                    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
                    print('ESCAPED' if done.returncode == 0 and b'uid=0' in done.stdout else 'contained', command[0], done.returncode)
            for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.setresuid(0, 0, 0), lambda: os.chown('/tmp', 0, 0)):
                try: act(); print('ESCAPED')
                except OSError as refused: print('contained', refused.errno)
            open('/tmp/root', 'w').write('#!/bin/sh\nid -u\n'); os.chmod('/tmp/root', 0o4755)
            print('ESCAPED' if subprocess.run(['/tmp/root'], capture_output=True).stdout.strip() == b'0' else 'contained', 'set-user-id')
            """),
        Attack.Shell("a folder of the program's search path planted", "printf 'echo ESCAPED' >/tmp/ls; chmod 755 /tmp/ls; ls / >/dev/null; (: >/usr/local/bin/ls) 2>/dev/null && echo ESCAPED; echo contained"),
        new(SandboxLanguage.Javascript, "Node: files, processes, network", """
            const fs = require('fs'), net = require('net'), { spawnSync } = require('child_process');
            for (const path of ['/etc/shadow', '/root', '/proc/1/root/etc/shadow', '/run']) {
              try { fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path); console.log('ESCAPED', path); } catch (e) { console.log('contained', e.code); }
            }
            try { fs.writeFileSync('/app/main.js', ''); console.log('ESCAPED'); } catch (e) { console.log('contained', e.code); }
            console.log(spawnSync('id', ['-u']).stdout.toString().trim() === '0' ? 'ESCAPED' : 'contained');
            const s = net.connect(80, '127.0.0.1'); s.on('error', e => console.log('contained', e.code)); s.on('connect', () => { console.log('ESCAPED'); s.end(); });
            """, [Ok], "contained"),
        new(SandboxLanguage.Csharp, "C#: files, processes, network", """
            using System.Diagnostics;
            using System.Net.Sockets;
            foreach (var path in new[] { "/etc/shadow", "/proc/1/root/etc/shadow", "/etc/hostname" })
            {
                try { File.ReadAllText(path); Console.WriteLine($"ESCAPED {path}"); } catch (Exception e) { Console.WriteLine($"contained {e.GetType().Name}"); }
            }
            try { File.WriteAllText("/app/x", ""); Console.WriteLine("ESCAPED"); } catch (Exception e) { Console.WriteLine($"contained {e.GetType().Name}"); }
            try { using var c = new TcpClient("127.0.0.1", 80); Console.WriteLine("ESCAPED"); } catch (Exception e) { Console.WriteLine($"contained {e.GetType().Name}"); }
            try { Process.GetProcessById(1).Kill(); } catch (Exception e) { Console.WriteLine($"contained {e.GetType().Name}"); }
            Console.WriteLine(Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(k => k.StartsWith("MAINSTREET") || k.StartsWith("ASPNETCORE")) ? "ESCAPED" : "contained");
            """, [Ok], "contained"),
    ];
}
