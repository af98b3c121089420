// Judges rendered manifests: node manifests.mjs FILE OUTPUT.ts
// Schema by kubernetes-models here; misspelt fields by the TypeScript that is written to OUTPUT.ts (tsc --strict); hardening and how the objects fit
// together by the rules below. Prints a line a finding, exit code 1 when there is one.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import yaml from 'js-yaml';

const load = createRequire(import.meta.url);
const [file, output] = process.argv.slice(2);
const all = yaml.loadAll(fs.readFileSync(file, 'utf8')).filter(Boolean);
const findings = [];
const title = d => `${d.kind}/${d.metadata?.name ?? '?'}`;
const say = (d, rule, text) => findings.push(`${title(d)}: ${text}  [${rule}]`);
const of = kind => all.filter(d => d.kind === kind);

let types = '', unchecked = [];
all.forEach((d, i) => {
  const path = `kubernetes-models/${d.apiVersion}/${d.kind}`;
  let model;
  try { model = load(path)[d.kind]; } catch { unchecked.push(`${d.apiVersion}/${d.kind}`); return; }
  try { new model(d).validate(); } catch (e) { say(d, 'schema', e.message.replace(/\s+/g, ' ')); }
  types += `import type { I${d.kind} as T${i} } from "${path}"; // ${title(d)}\nexport const m${i}: T${i} = ${JSON.stringify(d, null, 1)};\n`;
});
fs.writeFileSync(output, types);

const seen = new Set();
for (const d of all) {
  const key = `${d.apiVersion} ${title(d)}`;
  if (seen.has(key)) say(d, 'unique', 'is there twice');
  seen.add(key);
}

// The namespace: everything inside one that is restricted, with quota and limits. The runner of untrusted code builds cages and so has a namespace of its
// own, which says so; it gets what cages are made of and no more, and nothing else may be there.
const caging = { capabilities: ['SETUID', 'SETGID', 'KILL'], profile: 'mainstreet-runner.json' };
const spaces = of('Namespace');
if (spaces.length !== 1) findings.push('there is not exactly one Namespace  [namespace]');
const runners = spaces[0]?.metadata.labels?.['app.kubernetes.io/component'] === 'runner';
for (const d of spaces) {
  if (runners) {
    if (d.metadata.labels['pod-security.kubernetes.io/enforce'] !== 'privileged') say(d, 'pod-security', 'does not say that its pods may do more');
    continue;
  }
  for (const mode of ['enforce', 'audit', 'warn']) {
    if (d.metadata.labels?.[`pod-security.kubernetes.io/${mode}`] !== 'restricted') say(d, 'pod-security', `Pod Security is not ${mode}d as restricted`);
  }
}
const space = spaces[0]?.metadata.name;
for (const d of all) {
  if (d.kind !== 'Namespace' && d.metadata?.namespace !== space) say(d, 'namespace', `is in namespace ${d.metadata?.namespace ?? '(none)'}, not ${space}`);
  if (['ClusterRole', 'ClusterRoleBinding', 'PersistentVolume'].includes(d.kind)) say(d, 'rbac', 'reaches beyond the namespace');
  if (d.kind === 'Secret') say(d, 'secrets', 'a secret in the manifests; refer to one that the cluster keeps');
}
for (const kind of ['ResourceQuota', 'LimitRange']) if (of(kind).length === 0) findings.push(`there is no ${kind}  [quota]`);

// Pods.
const resource = text => {
  const m = /^(\d+(?:\.\d+)?)(m|Ki|Mi|Gi)?$/.exec(String(text ?? ''));
  return m ? Number(m[1]) * ({ m: 0.001, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }[m[2]] ?? 1) : NaN;
};
const secretName = /passw|secret|token|api_?key|connectionstring|broker__uri/i;
const withPods = all.filter(d => ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].includes(d.kind));
const specOf = d => (d.kind === 'CronJob' ? d.spec.jobTemplate.spec : d.spec).template;
for (const d of withPods) {
  const { metadata, spec: pod } = specOf(d);
  const job = d.kind.endsWith('Job');
  const cages = runners && d.kind === 'Deployment' && metadata.labels?.['app.kubernetes.io/component'] === 'runner';
  if (runners && !cages) say(d, 'pod-security', "is no runner and has no place in the runners' namespace");
  if (cages && pod.hostUsers !== false) say(d, 'user', 'its root is root of the node (hostUsers)');
  if (pod.automountServiceAccountToken !== false) say(d, 'token', 'mounts a token of the cluster');
  if (!of('ServiceAccount').some(a => a.metadata.name === pod.serviceAccountName)) say(d, 'account', `has no account of its own (${pod.serviceAccountName ?? 'default'})`);
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[key]) say(d, 'host', `${key} is on`);
  const psc = pod.securityContext ?? {};
  if (cages ? psc.seccompProfile?.localhostProfile !== caging.profile : psc.seccompProfile?.type !== 'RuntimeDefault') say(d, 'seccomp', `no seccomp profile ${cages ? caging.profile : 'RuntimeDefault'}`);
  if (!cages && psc.appArmorProfile && psc.appArmorProfile.type !== 'RuntimeDefault') say(d, 'apparmor', 'gives up AppArmor');
  if (!cages && !(psc.runAsUser >= 1000)) say(d, 'user', 'runs as a user below 1000, or as whoever the image says');
  for (const v of pod.volumes ?? []) {
    const kind = Object.keys(v).find(k => k !== 'name');
    if (!['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'].includes(kind)) say(d, 'volumes', `volume ${v.name} is a ${kind}`);
    if (kind === 'emptyDir' && !v.emptyDir.sizeLimit) say(d, 'volumes', `volume ${v.name} has no size limit`);
    if (kind === 'persistentVolumeClaim' && !of('PersistentVolumeClaim').some(c => c.metadata.name === v.persistentVolumeClaim.claimName)) say(d, 'references', `claims ${v.persistentVolumeClaim.claimName}, which is not there`);
  }
  const init = pod.initContainers ?? [];
  for (const c of [...init, ...(pod.containers ?? [])]) {
    const here = `container ${c.name}`, sc = c.securityContext ?? {};
    const [, tag, digest] = /^[^@]*?(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(c.image.slice(c.image.lastIndexOf('/') + 1)) ?? [];
    if (!digest && (!tag || tag === 'latest')) say(d, 'image', `${here}: image ${c.image} names neither a version nor a digest`);
    if (sc.allowPrivilegeEscalation !== false) say(d, 'escalation', `${here} may gain privileges`);
    if (sc.privileged) say(d, 'privileged', `${here} is privileged`);
    if (sc.readOnlyRootFilesystem !== true) say(d, 'read-only', `${here} may write its root`);
    if (sc.procMount && sc.procMount !== 'Default' && !cages) say(d, 'proc', `${here} sees all of /proc`);
    if (sc.seccompProfile || sc.appArmorProfile) say(d, 'seccomp', `${here} has other profiles than its pod`);
    if (!cages && (sc.runAsNonRoot !== true && psc.runAsNonRoot !== true || sc.runAsNonRoot === false)) say(d, 'non-root', `${here} may run as root`);
    if (sc.runAsUser !== undefined && !(sc.runAsUser >= 1000)) say(d, 'user', `${here} runs as user ${sc.runAsUser}`);
    if (!(sc.capabilities?.drop ?? []).includes('ALL')) say(d, 'capabilities', `${here} does not drop all capabilities`);
    const added = (sc.capabilities?.add ?? []).filter(x => !(cages && caging.capabilities.includes(x)));
    if (added.length) say(d, 'capabilities', `${here} adds ${added}`);
    for (const what of ['cpu', 'memory']) {
      const [asked, most] = [resource(c.resources?.requests?.[what]), resource(c.resources?.limits?.[what])];
      if (!(asked > 0)) say(d, 'requests', `${here} requests no ${what}`);
      if (!(most > 0)) say(d, 'limits', `${here} has no limit of ${what}`);
      else if (asked > most) say(d, 'limits', `${here} requests more ${what} than its limit`);
    }
    for (const p of c.ports ?? []) if (p.hostPort) say(d, 'host', `${here} takes port ${p.hostPort} of the node`);
    for (const e of c.env ?? []) if (e.value !== undefined && secretName.test(e.name) && !e.name.endsWith('_FILE')) say(d, 'secrets', `${here}: ${e.name} stands in clear`);
    for (const e of c.envFrom ?? []) if (e.configMapRef && !of('ConfigMap').some(m => m.metadata.name === e.configMapRef.name)) say(d, 'references', `${here} reads ConfigMap ${e.configMapRef.name}, which is not there`);
    for (const m of c.volumeMounts ?? []) if (!(pod.volumes ?? []).some(v => v.name === m.name)) say(d, 'references', `${here} mounts ${m.name}, which is not there`);
    if (init.includes(c) || job) continue;
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      if (!c[probe]) { say(d, 'probes', `${here} has no ${probe}`); continue; }
      const port = c[probe].httpGet?.port;
      if (typeof port === 'string' && !(c.ports ?? []).some(p => p.name === port)) say(d, 'references', `${here}: ${probe} asks port ${port}, which is not there`);
    }
    const question = p => JSON.stringify(p?.httpGet ?? p?.exec ?? p?.tcpSocket ?? p?.grpc);
    if (c.livenessProbe && question(c.livenessProbe) === question(c.readinessProbe)) say(d, 'probes', `${here}: liveness asks the same as readiness, so an outage of a part restarts all pods`);
  }
  if (job) continue;
  if (!(pod.terminationGracePeriodSeconds >= 30)) say(d, 'drain', 'less than 30 s to end');
  const settings = (pod.containers ?? []).flatMap(c => c.envFrom ?? []).flatMap(e => of('ConfigMap').filter(m => m.metadata.name === e.configMapRef?.name)).map(m => m.data ?? {});
  if (!settings.some(s => Number(s.Shutdown__DrainSeconds) >= 5 && Number(s.Shutdown__DrainSeconds) + 15 < pod.terminationGracePeriodSeconds)) say(d, 'drain', 'Shutdown__DrainSeconds is less than 5, or with 15 s of stopping longer than the pod is given');
  if (!(pod.topologySpreadConstraints ?? []).some(t => t.topologyKey === 'kubernetes.io/hostname')) say(d, 'spread', 'is not spread over nodes');
  if (d.spec.strategy?.rollingUpdate?.maxUnavailable !== 0) say(d, 'rollout', 'a rolling update may take pods away before new ones are ready');
  const labels = metadata.labels ?? {};
  const matches = s => s && Object.keys(s).length > 0 && Object.entries(s).every(([k, v]) => labels[k] === v);
  if (!matches(d.spec.selector.matchLabels)) say(d, 'selectors', 'does not select its own pods');
  const budget = of('PodDisruptionBudget').filter(b => matches(b.spec.selector?.matchLabels));
  if (budget.length !== 1) say(d, 'budget', `has ${budget.length} PodDisruptionBudgets`);
  const scaler = of('HorizontalPodAutoscaler').filter(h => h.spec.scaleTargetRef.kind === d.kind && h.spec.scaleTargetRef.name === d.metadata.name);
  if (scaler.length !== 1) say(d, 'scaling', `has ${scaler.length} HorizontalPodAutoscalers`);
  if (scaler.length && d.spec.replicas !== undefined) say(d, 'scaling', 'sets replicas, which takes them from the autoscaler at each apply');
  for (const h of scaler) {
    if (!(h.spec.minReplicas >= 1 && h.spec.minReplicas < h.spec.maxReplicas)) say(h, 'scaling', `from ${h.spec.minReplicas} to ${h.spec.maxReplicas} replicas is no range`);
    for (const b of budget) if (b.spec.minAvailable >= h.spec.minReplicas) say(b, 'budget', `keeps ${b.spec.minAvailable} of ${h.spec.minReplicas}: no node can be emptied`);
  }
  if (!of('NetworkPolicy').some(n => n.spec.policyTypes?.includes('Ingress') && matches(n.spec.podSelector?.matchLabels))) say(d, 'network', 'no policy says who may reach it');
}

// The network: closed, then opened by name.
const isDeny = (n, type) => Object.keys(n.spec.podSelector ?? {}).length === 0 && n.spec.policyTypes?.includes(type) && !(n.spec[type.toLowerCase()]?.length);
for (const type of ['Ingress', 'Egress']) if (!of('NetworkPolicy').some(n => isDeny(n, type))) findings.push(`nothing denies ${type} by default  [network]`);
for (const n of of('NetworkPolicy')) {
  for (const r of [...(n.spec.ingress ?? []).map(r => [r ?? {}, r?.from]), ...(n.spec.egress ?? []).map(r => [r ?? {}, r?.to])]) {
    if (!r[1]?.length) say(n, 'network', 'a rule that lets everybody through');
    if (!r[0].ports?.length) say(n, 'network', 'a rule for all ports');
    if (runners) for (const peer of r[1] ?? []) if (peer.ipBlock) say(n, 'network', 'a way from the runner to addresses, not to a namespace');
    for (const peer of r[1] ?? []) if (peer.ipBlock?.cidr === '0.0.0.0/0' && !(peer.ipBlock.except ?? []).includes('169.254.0.0/16')) say(n, 'network', 'the metadata address of the cloud is open');
  }
}

// Services and ingress lead somewhere.
for (const s of of('Service')) {
  if (['NodePort', 'LoadBalancer'].includes(s.spec.type)) say(s, 'exposure', `is a ${s.spec.type}`);
  if (!s.spec.selector) continue;
  const behind = withPods.filter(d => Object.entries(s.spec.selector).every(([k, v]) => specOf(d).metadata.labels?.[k] === v));
  if (behind.length !== 1) say(s, 'selectors', `leads to ${behind.length} deployments`);
  for (const p of s.spec.ports) if (typeof p.targetPort === 'string' && behind.some(d => !specOf(d).spec.containers.some(c => c.ports?.some(q => q.name === p.targetPort)))) say(s, 'references', `port ${p.targetPort} is not there`);
}
for (const i of of('Ingress')) {
  const secured = (i.spec.tls ?? []).flatMap(t => t.secretName ? t.hosts : []);
  const note = k => i.metadata.annotations?.[`nginx.ingress.kubernetes.io/${k}`];
  for (const r of i.spec.rules ?? []) {
    if (!secured.includes(r.host)) say(i, 'tls', `${r.host ?? '(any host)'} is served without TLS`);
    const paths = r.http.paths;
    for (const p of paths) if (!of('Service').some(s => s.metadata.name === p.backend.service?.name && s.spec.ports.some(q => q.name === p.backend.service.port.name || q.port === p.backend.service.port.number))) say(i, 'references', `${p.path} leads to ${p.backend.service?.name}, which is not there`);
    // Published sites are strangers' pages: names of their own, which lead to nothing else, and nothing else leads to them.
    const toSites = paths.filter(p => p.backend.service?.name === 'sites').length;
    if (toSites && (toSites < paths.length || !/^\*\./.test(r.host ?? ''))) say(i, 'sites', `${r.host ?? '(any host)'} leads to sites, and is not a wildcard that leads to nothing else`);
    if (!toSites && /^\*|^$/.test(r.host ?? '')) say(i, 'sites', `${r.host ?? '(any host)'} leads to the console by any name`);
    if (toSites) continue;
    const metrics = paths.find(p => p.path === '/metrics');
    if (!metrics || of('Service').find(s => s.metadata.name === metrics.backend.service.name)?.spec.selector) say(i, 'exposure', '/metrics is open to the world');
  }
  if (note('force-ssl-redirect') !== 'true') say(i, 'tls', 'plain HTTP is not sent to TLS');
  for (const k of ['proxy-body-size', 'limit-rps', 'limit-connections']) if (!note(k)) say(i, 'ingress-limits', `no ${k}`);
}

// Permissions: no star, no secret, no way to more.
for (const r of of('Role')) {
  for (const rule of r.rules ?? []) {
    if ([...rule.verbs, ...rule.resources ?? [], ...rule.apiGroups ?? []].includes('*')) say(r, 'rbac', 'grants everything of something');
    if (rule.resources?.includes('secrets')) say(r, 'rbac', 'reads secrets');
    if (rule.resources?.some(x => ['pods/exec', 'pods/attach', 'pods/ephemeralcontainers', 'roles', 'rolebindings', 'serviceaccounts/token'].includes(x))) say(r, 'rbac', `grants ${rule.resources}`);
    if (rule.verbs.some(v => ['escalate', 'bind', 'impersonate'].includes(v))) say(r, 'rbac', `grants ${rule.verbs}`);
  }
}
// Accounts of other namespaces: whoever rolls out, and Prometheus.
const abroad = s => s.kind === 'ServiceAccount' && s.namespace && s.namespace !== space && (s.name === 'prometheus' || runners && s.name === 'deployer' && `${s.namespace}-runner` === space);
for (const b of of('RoleBinding')) for (const s of b.subjects ?? []) if (!abroad(s) && (s.kind !== 'ServiceAccount' || !of('ServiceAccount').some(a => a.metadata.name === s.name))) say(b, 'references', `${s.kind} ${s.name} is not there`);
for (const m of of('ConfigMap')) {
  for (const [k, v] of Object.entries(m.data ?? {})) if ((secretName.test(k) && !k.endsWith('_FILE')) || /:\/\/[^/\s:]+:[^@\s]+@|password=/i.test(v)) say(m, 'secrets', `${k} stands in clear`);
}

findings.forEach(f => console.log(f));
console.error(`${all.length} objects, ${withPods.length} with pods${unchecked.length ? `, unknown to the schema: ${[...new Set(unchecked)]}` : ''}, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
