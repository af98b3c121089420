// Adding photos to a ticket that is there already.
import { upload } from './api.js';
import { during } from './forms.js';
import { refresh } from './regions.js';

document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.dataset.photos) return;
  event.preventDefault();
  during(form, async () => {
    await upload(form.dataset.photos, form.querySelector('input[type=file]').files);
    form.reset();
    await refresh({ force: form });
  });
});
