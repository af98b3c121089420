// The assistant beside the editor: asks over server-sent events, shows words as they come and changes as diffs, which the person takes over or not.
import { Refused, send } from './api.js';
import { editor } from './studio-editor.js';

const panel = document.getElementById('assistant');
const form = document.getElementById('assistant-form');
const state = document.getElementById('assistant-state');
const box = document.getElementById('assistant-answer');
const stop = document.getElementById('assistant-stop');
let running;

const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

/** Events of a POST; the browser's EventSource can only GET. */
async function* events(address, body, signal) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'X-CSRF-Token': document.querySelector('meta[name=csrf-token]').content, 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    signal,
  });
  if (!response.ok) throw new Refused(await response.json().catch(() => ({ title: 'The request failed.', detail: `Status ${response.status}.`, code: 'error' })));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const field = name => lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2);
      yield { name: field('event'), data: JSON.parse(field('data') ?? 'null') };
    }
  }
}

async function ask() {
  if (running) return;
  await editor.ready;
  const feature = form.elements.feature.value;
  const body = { projectId: panel.dataset.project, prompt: form.elements.prompt.value.trim() || undefined };
  if (panel.dataset.path && editor.path === panel.dataset.path) Object.assign(body, { path: editor.path, code: editor.text() });
  else if (panel.dataset.path) body.path = panel.dataset.path;
  running = new AbortController();
  stop.hidden = false;
  form.setAttribute('aria-busy', 'true');
  const words = make('p', { className: 'studio-words' });
  box.replaceChildren(words);
  state.textContent = 'Asking...';
  try {
    for await (const { name, data } of events(`/v1/ai/${feature}`, body, running.signal)) {
      if (name === 'delta') words.textContent += data.text;
      else if (name === 'progress') state.textContent = `${data.provider}: ${data.step}${data.tokens ? `, about ${data.tokens} tokens` : ''}`;
      else if (name === 'answer') show(data, words);
      else if (name === 'problem') refuse(data);
    }
  } catch (error) {
    if (error.name === 'AbortError') state.textContent = 'Stopped.';
    else refuse(error instanceof Refused ? error.problem : { title: 'The connection broke off.' });
  } finally {
    running = undefined;
    stop.hidden = true;
    form.removeAttribute('aria-busy');
  }
}

function refuse(problem) {
  state.textContent = '';
  const list = [...(problem.reasons ?? []), ...(problem.edits ?? []).map(fault => `${fault.path}: ${fault.detail}`)];
  const alert = make('div', { className: 'alert warn' }, make('p', { textContent: [problem.title, problem.detail].filter(Boolean).join(' ') }));
  alert.setAttribute('role', 'alert');
  if (list.length) alert.append(make('ul', {}, ...list.map(text => make('li', { textContent: text }))));
  if (problem.available) alert.append(make('details', {}, make('summary', { textContent: 'What it knows' }), make('p', { textContent: problem.available.join(', ') })));
  box.append(alert);
}

function show(answer, words) {
  if (answer.explanation) words.textContent = answer.explanation;
  const by = answer.provider === 'builtin' ? 'the built-in assistant' : `${answer.provider} (${answer.model})`;
  state.textContent = `By ${by}, ${answer.estimated ? 'about ' : ''}${answer.tokensUsed} tokens${answer.edits.length ? (answer.verified ? '. Checked: it compiles or parses no worse than before.' : '. Nothing here could check it: look closely.') : '.'}`;
  if (answer.edits.length) review(answer);
  box.focus({ preventScroll: true });
}

function review(answer) {
  const choices = answer.edits.map((edit, number) => {
    const id = `assistant-edit-${number}`;
    const choice = make('input', { type: 'checkbox', id, checked: true });
    const diff = make('pre', { className: 'diff', tabIndex: 0 }, ...edit.diff.split('\n').map(line => make('span', {
      className: line.startsWith('@@') ? 'where' : line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '', textContent: `${line}\n`,
    })));
    diff.setAttribute('aria-label', `Change of ${edit.path}`);
    box.append(make('p', {}, choice, ' ', make('label', { htmlFor: id, textContent: `${edit.baseSha256 ? 'Change' : 'Add'} ${edit.path}` })), diff);
    return { edit, choice };
  });
  const take = make('button', { type: 'button', textContent: 'Take it over' });
  const drop = make('button', { type: 'button', className: 'quiet', textContent: 'Leave it' });
  const buttons = make('p', {}, take, ' ', drop);
  take.addEventListener('click', () => accept(answer, choices.filter(one => one.choice.checked).map(one => one.edit), buttons));
  drop.addEventListener('click', () => { box.replaceChildren(); state.textContent = 'Left as it was.'; });
  box.append(buttons);
}

async function accept(answer, edits, buttons) {
  // What is typed and not saved yet stays in the editor's hands: there it can be undone, and saved.
  const saved = document.getElementById('editor')?.dataset.sha;
  const open = edits.find(edit => edit.path === editor.path && edit.baseSha256 !== saved);
  const rest = edits.filter(edit => edit !== open);
  try {
    if (rest.length) {
      const message = `Assistant: ${form.elements.prompt.value.trim() || form.elements.feature.selectedOptions[0].textContent}`.slice(0, 500).replace(/[\u0000-\u001f\u007f]/g, ' ');
      await send('POST', `/v1/projects/${panel.dataset.project}/commits`, { message, base: answer.base, edits: rest.map(edit => ({ path: edit.path, content: edit.content })) });
    }
    if (open) editor.replace(open.content);
    buttons.remove();
    state.textContent = open ? 'It is in the editor; save it to keep it.' : 'Taken over as one change; the history can take it back.';
    if (rest.some(edit => !edit.baseSha256)) location.reload();
  } catch (error) {
    refuse(error instanceof Refused ? error.problem : { title: 'It could not be taken over.' });
  }
}

if (panel) {
  form.hidden = false;
  panel.querySelector('[data-script-less]').hidden = true;
  form.addEventListener('submit', event => {
    event.preventDefault();
    ask();
  });
  stop.addEventListener('click', () => running?.abort());
  panel.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask();
    } else if (event.key === 'Escape' && running) running.abort();
  });
}
