// On every page: times in the reader's zone, countdowns, forms over the API, live regions.
import { localise } from './times.js';
import { watchForms } from './forms.js';
import { follow } from './live.js';

for (const part of document.querySelectorAll('[data-script-only]')) part.hidden = false;
localise(document);
watchForms();
follow((document.body.dataset.topics ?? '').split(',').filter(Boolean));
