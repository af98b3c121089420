// Forms with data-api go over the API instead of leaving the page; without script they are sent as they are.
import { Refused, send, toast, upload } from './api.js';
import { hold, refresh } from './regions.js';

/** Reads a form into the body that the API takes; names with a dot nest, empty fields are left out. */
function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.name.startsWith('__') || 'skip' in field.dataset || field.disabled) continue;
    if ((field.type === 'checkbox' || field.type === 'radio') && !field.checked) continue;
    const text = field.value.trim();
    if (text === '') continue;
    const path = (field.dataset.json ?? field.name).split('.');
    const last = path.pop();
    const home = path.reduce((at, name) => at[name] ??= {}, body);
    if ('list' in field.dataset) (home[last] ??= []).push(text);
    else home[last] = valueOf(field, text);
  }
  return body;
}

function valueOf(field, text) {
  const number = Number(text.replace(',', '.'));
  if (field.dataset.money) return { amount: Math.round(number * 10 ** Number(field.dataset.digits ?? 2)), currency: field.dataset.money };
  if ('flag' in field.dataset) return text === 'true';
  if (field.type === 'number' || 'number' in field.dataset) return number * Number(field.dataset.scale ?? 1);
  return text;
}

/** Says in the form what was refused, and marks the fields. */
export function show(form, error) {
  const problem = error instanceof Refused ? error.problem : { title: 'Something went wrong here.', detail: String(error) };
  const box = form.querySelector('[data-problem]');
  const lines = Object.entries(problem.errors ?? {}).map(([field, messages]) => `${field} ${messages.join(', ')}`);
  if (!box) {
    toast([problem.title, problem.detail].filter(Boolean).join(' '));
    return;
  }
  box.replaceChildren();
  const title = document.createElement('p');
  title.textContent = [problem.title, problem.detail].filter(Boolean).join(' ');
  box.append(title);
  if (lines.length > 0) {
    const list = document.createElement('ul');
    for (const line of lines) list.append(Object.assign(document.createElement('li'), { textContent: line }));
    box.append(list);
  }
  box.hidden = false;
  box.tabIndex = -1;
  box.focus();
  for (const field of form.elements) {
    const name = field.dataset?.json ?? field.name;
    if (!name) continue;
    if (Object.keys(problem.errors ?? {}).some(key => key === name || key.split('.').pop() === name)) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }
}

/** Runs an act of a form once at a time. */
export async function during(form, act) {
  if (form.dataset.busy) return;
  form.dataset.busy = 'true';
  const buttons = [...form.querySelectorAll('button[type=submit]')];
  for (const button of buttons) button.disabled = true;
  const box = form.querySelector('[data-problem]');
  if (box) box.hidden = true;
  try {
    await act();
  } catch (error) {
    show(form, error);
  } finally {
    delete form.dataset.busy;
    for (const button of buttons) button.disabled = false;
  }
}

async function submit(form) {
  const stay = form.dataset.then ? hold() : null;
  try {
    await sendForm(form);
  } catch (error) {
    stay?.();
    throw error;
  }
}

async function sendForm(form) {
  const body = bodyOf(form);
  const proof = form.querySelector('[data-proof-files]');
  if (proof?.files.length) body.photoIds = await upload(form.dataset.proof, proof.files);
  await send(form.dataset.method ?? 'POST', form.dataset.api, body);
  form.dispatchEvent(new CustomEvent('sent', { bubbles: true }));
  if (form.dataset.then) location.assign(form.dataset.then);
  else await refresh({ force: form });
}

export function watchForms() {
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!form.dataset.api) return;
    event.preventDefault();
    during(form, () => submit(form)).then(() => form.dispatchEvent(new CustomEvent('settled', { bubbles: true })));
  });
}
