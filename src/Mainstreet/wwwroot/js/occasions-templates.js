// The template editor: what the words make of a sample, while they are typed.
import { Refused, send } from './api.js';
import { show } from './forms.js';

const form = document.querySelector('form[data-template]');
const subject = document.querySelector('[data-preview-subject]');
const body = document.querySelector('[data-preview-body]');
let timer = null;
let asked = 0;

async function preview(loud) {
  const turn = ++asked;
  try {
    const shown = await send('POST', '/v1/templates/preview', {
      occasion: form.elements.occasion.value,
      language: form.elements.language.value,
      subject: form.elements.subject.value,
      body: form.elements.body.value,
      sample: { years: 40 },
      businessId: form.elements.businessId.value,
    });
    if (turn !== asked) return;
    subject.textContent = shown.subject;
    body.textContent = shown.body;
    form.querySelector('[data-problem]').hidden = true;
    for (const field of [form.elements.subject, form.elements.body]) field.removeAttribute('aria-invalid');
  } catch (error) {
    if (turn !== asked) return;
    if (loud || !(error instanceof Refused)) show(form, error);
    else body.textContent = Object.values(error.problem.errors ?? {}).flat().join('\n') || error.message;
  }
}

form?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(() => preview(false), 300);
});

form?.querySelector('[data-preview]').addEventListener('click', event => {
  event.preventDefault();
  preview(true);
});
