// A TCP proxy on loopback whose mode can be changed while connections last: what a network does when it does not work.
import net from 'node:net';

export class FaultProxy {
  #sockets = new Set();
  #server;
  delay = 0;        // milliseconds that each piece takes, in either direction
  silent = false;   // nothing gets through, nothing is closed: a partition
  closed = false;   // connections are refused

  static async between(port, target) {
    const proxy = new FaultProxy();
    proxy.#server = net.createServer((client) => proxy.#join(client, target));
    await new Promise((resolve) => { proxy.#server.listen(port, '127.0.0.1', resolve); });
    proxy.port = port;
    return proxy;
  }

  #join(client, target) {
    if (this.closed) { client.resetAndDestroy(); return; }
    const server = net.connect(target, '127.0.0.1');
    for (const [from, to] of [[client, server], [server, client]]) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (part) => this.#pass(from, to, part));
      from.on('end', () => { setTimeout(() => to.end(), from.late ? this.delay + 5 : 0); });
      from.on('error', () => { to.destroy(); from.destroy(); });
      from.on('close', () => { this.#sockets.delete(from); to.destroy(); });
    }
  }

  // Pieces stay in order: all wait equally long, and what came while it was silent leaves first afterwards.
  #pass(from, to, part) {
    if (this.silent) { (from.held ??= []).push([to, part]); return; }
    if (this.delay === 0 && !from.late) { to.write(part); return; }
    from.late = (from.late ?? 0) + 1;
    setTimeout(() => { from.late--; if (!to.destroyed) to.write(part); }, this.delay);
  }

  /** Silent no more: what was held is passed on, as a network's repeats would. */
  speak() {
    this.silent = false;
    for (const socket of this.#sockets) for (const [to, part] of socket.held?.splice(0) ?? []) if (!to.destroyed) to.write(part);
  }

  /** Ends every connection there is. */
  cut() { for (const socket of this.#sockets) socket.resetAndDestroy(); }

  close() { this.cut(); this.#server.close(); }
}
