// The live channel: server-sent events of the page's topics. EventSource comes back by itself with Last-Event-ID, so
// nothing is missed; when the server cannot tell, the page is fetched anew.
import { refresh } from './regions.js';

const texts = { on: 'live', wait: 'connecting', off: 'off' };
// A browser opens six connections to a server over HTTP/1.1: pages that nobody looks at give theirs back.
const hiddenFor = 60_000;

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
  let source = null;
  let tries = 0;
  let leaving = null;

  function open() {
    say('wait');
    let first = true;
    const mine = source = new EventSource(`/v1/live/stream?topics=${encodeURIComponent(topics.join(','))}`);
    mine.addEventListener('state', event => {
      tries = 0;
      say('on');
      // Between the page and its subscription something may have happened; later, only when the feed says so.
      if (first || Object.values(JSON.parse(event.data)).some(s => !s.recovered)) soon();
      first = false;
    });
    mine.addEventListener('message', event => {
      document.dispatchEvent(new CustomEvent('live', { detail: JSON.parse(event.data) }));
      soon();
    });
    mine.addEventListener('unsubscribed', soon);
    mine.addEventListener('error', () => {
      say('wait');
      if (mine.readyState !== EventSource.CLOSED || mine !== source) return;
      // Refused, or the server was away: EventSource does not try again by itself then.
      source = null;
      tries += 1;
      setTimeout(() => { if (!source && !document.hidden) { open(); soon(); } }, Math.min(30_000, 500 * 2 ** tries));
    });
  }

  function close() {
    source?.close();
    source = null;
    say('off');
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(close, hiddenFor);
    else if (!source) open();
  });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
  open();
}
