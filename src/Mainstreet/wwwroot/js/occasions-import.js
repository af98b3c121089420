// The import: the file goes out as it is, the bar follows what the server says on the live channel. One key a file, so that
// a file sent again after a break goes on where it stopped.
import { Refused, toast } from './api.js';
import { during } from './forms.js';
import { refresh } from './regions.js';

const form = document.querySelector('form[data-import]');
const bar = form?.querySelector('progress');
const text = form?.querySelector('[data-import-text]');
const result = form?.querySelector('[data-import-result]');
const number = new Intl.NumberFormat();
let key = null;

const keyOf = file => `${file.name}-${file.size}-${file.lastModified}-${crypto.randomUUID?.() ?? String(Math.random()).slice(2)}`.replace(/[^ -~]/g, '_').slice(-200);

function tell(progress) {
  if (progress.totalBytes) bar.value = 100 * progress.bytes / progress.totalBytes;
  else bar.removeAttribute('value');
  text.textContent = `${number.format(progress.accepted)} added, ${number.format(progress.rejected)} not taken`;
}

document.addEventListener('live', event => {
  const { type, payload } = event.detail;
  if (type === 'recipients.importing' && key !== null && payload.key === key) tell(payload);
});

function report(answer) {
  const line = document.createElement('p');
  line.className = `alert ${answer.rejectedCount === 0 ? 'good' : 'info'}`;
  line.textContent = `${number.format(answer.accepted)} added, ${number.format(answer.rejectedCount)} rows not taken.`;
  const list = document.createElement('ul');
  for (const { line: at, error } of answer.rejected.slice(0, 100)) list.append(Object.assign(document.createElement('li'), { textContent: `Line ${at}: ${error}` }));
  result.replaceChildren(line, list);
}

form?.elements.file.addEventListener('change', () => { key = null; });

form?.addEventListener('submit', event => {
  event.preventDefault();
  event.stopPropagation();
  const file = form.elements.file.files[0];
  if (!file) return;
  during(form, async () => {
    key ??= keyOf(file);
    const box = form.querySelector('[data-import-progress]');
    box.hidden = false;
    bar.value = 0;
    text.textContent = 'Sending the file';
    result.replaceChildren();
    try {
      const json = /\.(ndjson|jsonl|json)$/i.test(file.name);
      const response = await fetch(`/v1/recipients/import?businessId=${form.dataset.import}`, {
        method: 'POST',
        headers: {
          'X-CSRF-Token': document.querySelector('meta[name=csrf-token]').content,
          'Content-Type': json ? 'application/x-ndjson' : 'text/csv',
          'Idempotency-Key': key,
          Accept: 'application/json',
        },
        body: file,
        credentials: 'same-origin',
      }).catch(() => null);
      if (!response) throw new Refused({ title: 'The connection broke.', detail: 'Send the file again: it goes on where it stopped.', code: 'offline' });
      const answer = await response.json();
      if (!response.ok) throw new Refused(answer);
      report(answer);
      key = null;
      form.reset();
      toast(`${number.format(answer.accepted)} recipients added.`);
      await refresh();
    } finally {
      box.hidden = true;
    }
  });
});
