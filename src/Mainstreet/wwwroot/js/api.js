// Calls of the HTTP API under the page's cookie.

/** What the server answered with when it refused: problem+json, or a stand-in when nothing arrived. */
export class Refused extends Error {
  constructor(problem) {
    super([problem.title, problem.detail].filter(Boolean).join(' '));
    this.problem = problem;
    this.code = problem.code;
  }
}

const token = () => document.querySelector('meta[name=csrf-token]').content;

/** Sends a change; answers the body, or throws Refused. A FormData goes as multipart, a Blob as it is, anything else as JSON. */
export async function send(method, address, body, headers = {}, signal = undefined) {
  const plain = body instanceof FormData || body instanceof Blob || body === undefined;
  let response;
  try {
    response = await fetch(address, {
      method,
      headers: { 'X-CSRF-Token': token(), Accept: 'application/json', ...(plain ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: plain ? body : JSON.stringify(body),
      credentials: 'same-origin',
      signal,
    });
  } catch {
    throw new Refused({ title: 'The server cannot be reached.', detail: 'Check the connection and try again.', code: 'offline' });
  }
  const text = await response.text();
  const json = /json/.test(response.headers.get('Content-Type') ?? '') && text ? JSON.parse(text) : null;
  if (response.ok) return json;
  if (response.status === 401) location.assign(`/sign-in?returnUrl=${encodeURIComponent(location.pathname + location.search)}`);
  throw new Refused(json ?? { title: 'The request failed.', detail: `Status ${response.status}.`, code: 'error' });
}

/** Uploads photos one after the other; answers their ids. */
export async function upload(address, files, onEach = () => {}) {
  const ids = [];
  for (const file of files) {
    onEach(file, ids.length);
    const form = new FormData();
    form.append('file', file, file.name);
    ids.push((await send('POST', address, form)).id);
  }
  return ids;
}

/** A short word at the bottom of the page. */
export function toast(text) {
  const box = document.createElement('p');
  box.className = 'toast';
  box.textContent = text;
  document.getElementById('toasts').append(box);
  setTimeout(() => box.remove(), 6000);
}
