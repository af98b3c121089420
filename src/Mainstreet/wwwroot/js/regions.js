// The parts of a page that change: fetched anew from the page's own address and put in place of the old ones.
import { toast } from './api.js';
import { localise } from './times.js';

let running = null;
let again = false;
let held = 0;
let missed = false;

// Taken before any script writes into them.
const plain = region => region.outerHTML.replace(/<input type="hidden" name="__[^>]*>/g, '');
for (const region of document.querySelectorAll('[data-region]')) region.serverText = plain(region);

function isBusy(region, fresh) {
  // What somebody is typing stays, unless the form it belongs to no longer makes sense.
  if ((region.dataset.key ?? '') !== (fresh.dataset.key ?? '')) return false;
  for (const field of region.querySelectorAll('input, textarea, select')) {
    if (field === document.activeElement && field.type !== 'checkbox' && field.type !== 'radio') return true;
    if (field.type === 'hidden') continue;
    if (field.type === 'checkbox' || field.type === 'radio' ? field.checked !== field.defaultChecked
      : field.tagName === 'SELECT' ? field.selectedIndex !== Math.max(0, [...field.options].findIndex(o => o.defaultSelected))
      : field.value !== field.defaultValue) return true;
  }
  return false;
}

function replace(region, fresh) {
  const open = new Set([...region.querySelectorAll('details[open][id]')].map(d => d.id));
  const focused = region.contains(document.activeElement) ? document.activeElement.id : null;
  const heading = focused === '' ? fresh.querySelector('h1, h2')?.id : null;
  fresh = document.importNode(fresh, true);
  for (const details of fresh.querySelectorAll('details[id]')) details.open = open.has(details.id);
  for (const part of fresh.querySelectorAll('[data-script-only]')) part.hidden = false;
  region.replaceWith(fresh);
  localise(fresh);
  fresh.classList.add('fresh');
  // A pressed button is gone with its form: the keyboard goes on from the heading of what came instead.
  const next = document.getElementById(focused || heading || '');
  if (next && next.tabIndex < 0) next.tabIndex = -1;
  next?.focus({ preventScroll: true });
  fresh.dispatchEvent(new CustomEvent('region', { bubbles: true }));
}

async function load(force) {
  const response = await fetch(location.href, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  if (response.redirected || response.status === 401) return location.reload();
  if (response.status === 404) {
    // Not ours to see any more, for example a job that somebody else took: what is shown stays, without its acts.
    for (const form of document.querySelectorAll('[data-region] form')) form.remove();
    return toast('This is no longer open to you.');
  }
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const meta = page.querySelector('meta[name=csrf-token]');
  if (meta) document.querySelector('meta[name=csrf-token]').content = meta.content;
  const shown = [...document.querySelectorAll('[data-region]')];
  const known = new Set(shown.map(r => r.id));
  for (const region of shown) {
    const fresh = page.getElementById(region.id);
    if (!fresh) {
      region.remove();
      continue;
    }
    // The server's text is compared with the server's text: what scripts wrote into the region is no change.
    const text = plain(fresh);
    if (text === region.serverText) continue;
    if (!region.contains(force ?? null) && isBusy(region, fresh)) continue;
    replace(region, fresh);
    document.getElementById(region.id).serverText = text;
  }
  // A region that the page did not have before comes after its neighbour.
  for (const fresh of page.querySelectorAll('[data-region]')) {
    if (known.has(fresh.id)) continue;
    const before = fresh.previousElementSibling?.id ? document.getElementById(fresh.previousElementSibling.id) : null;
    if (!before) continue;
    const part = document.importNode(fresh, true);
    part.serverText = plain(fresh);
    before.after(part);
    localise(part);
    part.dispatchEvent(new CustomEvent('region', { bubbles: true }));
  }
  document.title = page.title || document.title;
}

/**
 * Leaves the regions as they are while something is sent after which the page is left: what it shows may be gone by then.
 * @returns {() => void} Call it when the page stays after all.
 */
export function hold() {
  held += 1;
  return () => {
    held -= 1;
    if (held > 0 || !missed) return;
    missed = false;
    refresh();
  };
}

// A page that comes back from the browser's memory was not left after all.
window.addEventListener('pageshow', event => { if (event.persisted) held = 0; });

/** Brings the page's regions up to date; several calls at once become one or two. */
export async function refresh({ force } = {}) {
  if (held > 0) {
    missed = true;
    return;
  }
  if (running) {
    again = true;
    await running;
    if (!force || held > 0) return;
  }
  running = (async () => {
    try {
      await load(force);
      while (again && held === 0) {
        again = false;
        await load();
      }
    } catch (error) {
      // Away for a moment: the live channel comes back and asks again.
      console.info('The page could not be brought up to date:', error.message);
    } finally {
      running = null;
    }
  })();
  await running;
}
