// A TCP proxy that can be told to be slow, silent or gone: node fault-proxy.mjs CONTROL TARGET LISTEN...   (ports of this machine)
//   curl -X POST 'http://127.0.0.1:CONTROL/LISTEN/slow?ms=80'   every piece of data comes so much later, in both directions
//   .../LISTEN/silent                                          nothing comes through, nothing breaks; new connections hang
//   .../LISTEN/reset                                           every connection is reset, once
//   .../LISTEN/clear                                           as a cable again; what was held comes through
import http from "node:http";
import net from "node:net";

const [control, target, ...listen] = process.argv.slice(2).map(Number);
if (!control || !target || listen.length === 0) {
  console.error("usage: node fault-proxy.mjs CONTROL TARGET LISTEN...");
  process.exit(2);
}

class Line {
  delay = 0;
  silent = false;
  pairs = new Set();

  constructor(port) {
    net.createServer({ noDelay: true }, inside => this.join(inside)).listen(port, "127.0.0.1");
  }

  join(inside) {
    const outside = net.connect({ port: target, host: "127.0.0.1", noDelay: true });
    const pair = { inside, outside, waiting: [] };
    this.pairs.add(pair);
    this.pass(pair, inside, outside);
    this.pass(pair, outside, inside);
  }

  pass(pair, from, to) {
    // One chain for each direction keeps the order whatever the delay does meanwhile.
    let last = Promise.resolve();
    const later = act => {
      const due = Date.now() + this.delay;
      last = last.then(() => this.until(pair, due)).then(act);
    };
    from.on("data", data => later(() => to.destroyed || to.write(data)));
    from.on("end", () => later(() => to.end()));
    from.on("error", () => this.break(pair));
    from.on("close", () => later(() => { this.pairs.delete(pair); to.destroy(); }));
  }

  async until(pair, due) {
    while (this.silent) await new Promise(go => pair.waiting.push(go));
    const left = due - Date.now();
    if (left > 0) await new Promise(go => setTimeout(go, left));
  }

  free() {
    for (const pair of this.pairs) pair.waiting.splice(0).forEach(go => go());
  }

  break(pair) {
    this.pairs.delete(pair);
    pair.waiting.splice(0).forEach(go => go());
    for (const socket of [pair.inside, pair.outside]) if (!socket.destroyed) socket.resetAndDestroy();
  }

  tell(act, ms) {
    if (act === "slow") this.delay = ms;
    else if (act === "silent") this.silent = true;
    else if (act === "reset") [...this.pairs].forEach(pair => this.break(pair));
    else if (act === "clear") { this.delay = 0; this.silent = false; this.free(); }
    else return false;
    return true;
  }
}

const lines = new Map(listen.map(port => [port, new Line(port)]));
http.createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const [, port, act] = url.pathname.split("/");
  const line = lines.get(Number(port));
  const done = request.method === "POST" && line?.tell(act, Number(url.searchParams.get("ms") ?? 0));
  response.writeHead(done ? 200 : 404).end(done ? `${line.pairs.size} connections\n` : "no such line or act\n");
}).listen(control, "127.0.0.1");
