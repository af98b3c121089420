// The live channel: server-sent events of the page's topics. EventSource comes back by itself with Last-Event-ID, so
// nothing is missed; when the server cannot tell, the page is fetched anew.
import { refresh } from './regions.js';

const texts = { on: 'live', wait: 'connecting', off: 'off' };
let later = null;

function say(state) {
  for (const sign of document.querySelectorAll('[data-live-state]')) {
    sign.dataset.liveState = state;
    sign.querySelector('[data-live-text]').textContent = texts[state];
  }
}

function soon() {
  clearTimeout(later);
  later = setTimeout(() => refresh(), 60);
}

/** Follows topics; each event is raised on the document as "live" and has the regions refreshed. */
export function follow(topics) {
  if (topics.length === 0 || !window.EventSource) return;
  let first = true;
  let tries = 0;
  say('wait');
  const open = () => {
    const source = new EventSource(`/v1/live/stream?topics=${encodeURIComponent(topics.join(','))}`);
    source.addEventListener('state', event => {
      tries = 0;
      say('on');
      const states = Object.values(JSON.parse(event.data));
      // Between the page and its first subscription something may have happened; later, only when the feed says so.
      if (first || states.some(s => !s.recovered)) soon();
      first = false;
    });
    source.addEventListener('message', event => {
      const message = JSON.parse(event.data);
      document.dispatchEvent(new CustomEvent('live', { detail: message }));
      soon();
    });
    source.addEventListener('unsubscribed', soon);
    source.addEventListener('error', () => {
      say('wait');
      if (source.readyState !== EventSource.CLOSED) return;
      // Refused, or the server was away: EventSource does not try again by itself then.
      tries += 1;
      setTimeout(() => { open(); soon(); }, Math.min(30_000, 500 * 2 ** tries));
    });
    window.addEventListener('pagehide', () => source.close(), { once: true });
  };
  open();
  window.addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
}
