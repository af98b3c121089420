// The run console: runs over the API without leaving the page, and can be stopped.
import { Refused, send } from './api.js';

const form = document.getElementById('run');
const at = id => document.getElementById(id);
const said = {
  ok: 'Ended well', runtimeError: 'Failed', timeLimit: 'Took too long', memoryLimit: 'Needed too much memory', outputLimit: 'Wrote too much', compileError: 'Does not compile',
};
const number = (value, digits = 0) => value.toLocaleString(undefined, { maximumFractionDigits: digits });
let running = null;

function show(result) {
  at('run-status').textContent = said[result.status] ?? result.status;
  at('run-status').className = `badge ${result.status === 'ok' ? 'good' : 'bad'}`;
  at('run-figures').textContent = [
    `Exit code ${result.exitCode}`, `${number(result.wallMs)} ms`, result.cpuMs === null ? null : `${number(result.cpuMs)} ms of processor time`,
    result.peakBytes === null ? null : `${number(result.peakBytes / 1048576, 1)} MB`,
  ].filter(Boolean).join(', ');
  at('run-stdout').textContent = result.stdout;
  at('run-stderr').textContent = result.stderr;
  at('run-result').hidden = false;
}

form?.addEventListener('submit', async event => {
  event.preventDefault();
  if (running) return;
  running = new AbortController();
  at('run-stop').hidden = false;
  at('run-state').textContent = 'Running…';
  const { language, entry, stdin } = form.elements;
  try {
    show(await send('POST', `/v1/projects/${form.dataset.project}/run`, {
      language: language.value || null, entry: entry.value.trim() || null, stdin: stdin.value,
    }, {}, running.signal));
    at('run-state').textContent = `${at('run-status').textContent}.`;
  } catch (error) {
    at('run-state').textContent = running.signal.aborted ? 'Stopped.' : error instanceof Refused ? error.message : 'It could not be run.';
  } finally {
    running = null;
    at('run-stop').hidden = true;
  }
});

at('run-stop')?.addEventListener('click', () => running?.abort());
