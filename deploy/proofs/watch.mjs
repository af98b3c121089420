// A Prometheus and an Alertmanager of their own with the rules of deploy/, windows and delays divided by `scale`, and receivers that write down what arrives.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { ask, root, until } from './world.mjs';

const unit = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };
const shorten = (text, scale, least) => {
  const seconds = Number(text.match(/^\d+/)[0]) * unit[text.match(/[a-z]+$/)[0]];
  return `${Math.max(least, Math.round(seconds / scale))}s`;
};
/** `for: 10m` and `[5m]`, `offset 1d` become shorter; names and thresholds stay. */
export const shortened = (rules, scale) => rules
  .replace(/^( *for: )(\d+[a-z]+)$/gm, (_, key, text) => key + shorten(text, scale, 1))
  .replace(/\[(\d+(?:ms|[smhd]))\]/g, (_, text) => `[${shorten(text, scale, 6)}]`)
  .replace(/offset (\d+[a-z]+)/g, (_, text) => `offset ${shorten(text, scale, 1)}`);

export class Watch {
  static async begin(world, { targets, rabbit, scale, name }) {
    const watch = new Watch();
    watch.notified = [];
    const [sink, alertmanager, prometheus] = [await world.port(), await world.port(), await world.port()];
    watch.server = http.createServer((request, answer) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        const receiver = request.url.slice(1);
        for (const alert of JSON.parse(Buffer.concat(parts).toString()).alerts) {
          watch.notified.push({ receiver, name: alert.labels.alertname, status: alert.status, severity: alert.labels.severity, at: Date.now() });
        }
        answer.end('{}');
      });
    });
    await new Promise((resolve) => { watch.server.listen(sink, '127.0.0.1', resolve); });
    const folder = world.path(`watch-${name}`);
    fs.mkdirSync(`${folder}/rules`, { recursive: true });
    for (const file of fs.readdirSync(path.join(root, 'deploy/prometheus/rules'))) {
      fs.writeFileSync(`${folder}/rules/${file}`, shortened(fs.readFileSync(path.join(root, 'deploy/prometheus/rules', file), 'utf8'), scale));
    }
    fs.writeFileSync(`${folder}/prometheus.yml`, `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [${folder}/rules/*.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:${alertmanager}']}]}]}
scrape_configs:
  - {job_name: mainstreet, static_configs: [{targets: ${JSON.stringify(targets)}, labels: {role: web}}]}
  - {job_name: rabbitmq, static_configs: [{targets: ['127.0.0.1:${rabbit}']}]}
  - {job_name: rabbitmq-queues, metrics_path: /metrics/detailed, params: {family: [queue_coarse_metrics]}, static_configs: [{targets: ['127.0.0.1:${rabbit}']}]}
  - {job_name: alertmanager, static_configs: [{targets: ['127.0.0.1:${alertmanager}']}]}
`);
    // Routing, grouping and inhibition are the file's own; only what they wait for and where receivers are is another.
    const settings = fs.readFileSync(path.join(root, 'deploy/alertmanager/alertmanager.yml'), 'utf8');
    const routes = settings.slice(0, settings.indexOf('\nreceivers:'))
      .replace(/group_wait: \d+s/g, 'group_wait: 1s').replace(/group_interval: \d+[sm]/g, 'group_interval: 2s').replace(/^templates:\n(  - .*\n)+/m, '')
      .split('\n').filter((line) => !/_file: |smtp_/.test(line)).join('\n');
    const receivers = ['page', 'chat', 'mail', 'heartbeat'].map((r) => `  - name: ${r}\n    webhook_configs: [{url: 'http://127.0.0.1:${sink}/${r}', send_resolved: true}]\n`);
    fs.writeFileSync(`${folder}/alertmanager.yml`, `${routes}\nreceivers:\n${receivers.join('')}`);
    execFileSync('promtool', ['check', 'config', `${folder}/prometheus.yml`], { stdio: ['ignore', 'ignore', 'inherit'] });
    execFileSync('amtool', ['check-config', `${folder}/alertmanager.yml`], { stdio: ['ignore', 'ignore', 'inherit'] });
    watch.processes = [
      world.start(`alertmanager-${name}`, 'prometheus-alertmanager', [`--config.file=${folder}/alertmanager.yml`, `--storage.path=${folder}/am`, `--web.listen-address=127.0.0.1:${alertmanager}`, '--cluster.listen-address=']),
      world.start(`prometheus-${name}`, 'prometheus', [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/tsdb`, `--web.listen-address=127.0.0.1:${prometheus}`, '--rules.alert.resend-delay=2s']),
    ];
    watch.url = `http://127.0.0.1:${prometheus}`;
    await until('Prometheus', () => ask(`${watch.url}/-/ready`).then((a) => a.status === 200), 60);
    await until('the heartbeat', () => watch.notified.some((n) => n.receiver === 'heartbeat'), 60);
    return watch;
  }

  async query(text) { return (await ask(`${this.url}/api/v1/query?query=${encodeURIComponent(text)}`)).json().data.result; }

  /** Whether the alert arrived at the receiver in this state. */
  told(receiver, name, status) { return this.notified.some((n) => n.receiver === receiver && n.name === name && n.status === status); }

  /** Names that paged somebody. */
  pages() { return [...new Set(this.notified.filter((n) => n.receiver === 'page' && n.status === 'firing').map((n) => n.name))]; }

  async end() {
    for (const child of this.processes) { child.kill('SIGKILL'); await child.gone; }
    this.server.closeAllConnections();
    this.server.close();
  }
}
