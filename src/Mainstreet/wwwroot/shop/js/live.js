// The live channel of one view: server-sent events of some topics. EventSource comes back by itself with Last-Event-ID.

/**
 * Follows topics until stopped; each event {topic, type, at, data} goes to the listener, and null when something may
 * have been missed and the view should read anew. Answers how to stop.
 */
export function follow(topics, listener, say = () => {}) {
  if (topics.length === 0 || !window.EventSource) return () => {};
  let source = null;
  let timer = null;
  let tries = 0;
  let stopped = false;

  function open() {
    say('connecting');
    let first = true;
    const mine = source = new EventSource(`/v1/live/stream?topics=${encodeURIComponent(topics.join(','))}`);
    mine.addEventListener('state', event => {
      tries = 0;
      say('live');
      if (first || Object.values(JSON.parse(event.data)).some(s => !s.recovered)) listener(null);
      first = false;
    });
    mine.addEventListener('message', event => listener(JSON.parse(event.data)));
    mine.addEventListener('unsubscribed', () => listener(null));
    mine.addEventListener('error', () => {
      say('connecting');
      if (mine.readyState !== EventSource.CLOSED || mine !== source || stopped) return;
      source = null;
      tries += 1;
      timer = setTimeout(() => { if (!source && !stopped) open(); }, Math.min(30_000, 500 * 2 ** tries));
    });
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
    say('off');
  }

  const shown = () => { if (!document.hidden && !source && !stopped) open(); };
  const left = () => close();
  document.addEventListener('visibilitychange', shown);
  window.addEventListener('online', shown);
  window.addEventListener('pagehide', left);
  open();
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', shown);
    window.removeEventListener('online', shown);
    window.removeEventListener('pagehide', left);
    close();
  };
}
