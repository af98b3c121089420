// The report: previews, places, and sending over the API with one key, so that a repeated click reports once.
import { send, toast, upload } from './api.js';
import { during } from './forms.js';
import { setPlace } from './place.js';

const form = document.querySelector('form[data-report]');
const previews = form.querySelector('[data-previews]');
let key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
let ticket = null;

form.elements.photos.addEventListener('change', () => {
  for (const image of previews.querySelectorAll('img')) URL.revokeObjectURL(image.src);
  previews.replaceChildren(...[...form.elements.photos.files].map(file => {
    const item = document.createElement('li');
    const figure = document.createElement('figure');
    const image = Object.assign(document.createElement('img'), { src: URL.createObjectURL(file), alt: `Preview of ${file.name}` });
    const caption = Object.assign(document.createElement('figcaption'), { textContent: file.name });
    figure.append(image, caption);
    item.append(figure);
    return item;
  }));
});

form.elements.propertyId?.addEventListener('change', event => {
  const { lat, lon, address } = event.target.selectedOptions[0].dataset;
  form.elements.address.value = address ?? '';
  if (lat) setPlace(form, Number(lat), Number(lon));
});

const number = field => Number(field.value.replace(',', '.'));

form.addEventListener('submit', event => {
  event.preventDefault();
  during(form, async () => {
    const button = form.querySelector('button[type=submit]');
    const text = button.textContent;
    try {
      // A ticket that was made already is not made twice when only a photo failed.
      ticket ??= await send('POST', '/v1/tickets', {
        title: form.elements.title.value.trim(),
        description: form.elements.description.value.trim(),
        location: { lat: number(form.elements.lat), lon: number(form.elements.lon) },
        address: form.elements.address.value.trim() || null,
        propertyId: form.elements.propertyId?.value || null,
        businessId: form.elements.businessId?.value || null,
        priority: form.elements.priority.value,
      }, { 'Idempotency-Key': key });
      const files = form.elements.photos.files;
      await upload(`/v1/tickets/${ticket.id}/photos`, files, (file, index) => { button.textContent = `Photo ${index + 1} of ${files.length}…`; });
      location.assign(`/tickets/${ticket.id}`);
    } catch (error) {
      if (!ticket) key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
      else toast(`Ticket #${ticket.number} is reported, but a photo could not be added.`);
      throw error;
    } finally {
      button.textContent = text;
    }
  });
});
