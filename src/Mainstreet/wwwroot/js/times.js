// Instants as the reader's own clock shows them, and countdowns.
const language = navigator.languages ?? [navigator.language];
const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const steps = [['second', 60], ['minute', 60], ['hour', 24], ['day', 7], ['week', 5], ['month', 12], ['year', Infinity]];

function ago(instant) {
  let amount = (instant - Date.now()) / 1000;
  if (Math.abs(amount) < 10) return 'just now';
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= unit === 'week' ? 4.345 : size;
  }
  return full.format(instant);
}

function left(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const [d, h, m, s] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const two = n => String(n).padStart(2, '0');
  if (d > 0) return `${d} d ${h} h`;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Writes the times inside an element. */
export function localise(root) {
  for (const time of root.querySelectorAll('time[data-moment]')) {
    const instant = Date.parse(time.dateTime);
    time.title = full.format(instant);
    time.textContent = time.dataset.moment === 'relative' ? ago(instant) : full.format(instant);
  }
  for (const time of root.querySelectorAll('time[data-countdown]')) tick(time);
}

function tick(time) {
  const rest = Date.parse(time.dateTime) - Date.now();
  if (rest > 0) {
    time.textContent = left(rest);
    time.classList.toggle('soon', rest < 60_000);
  } else if (!time.dataset.over) {
    time.dataset.over = 'true';
    time.textContent = '0:00';
    time.dispatchEvent(new CustomEvent('expired', { bubbles: true }));
  }
}

setInterval(() => { for (const time of document.querySelectorAll('time[data-countdown]')) tick(time); }, 1000);
setInterval(() => localise(document), 30_000);
