// Tells where the courier is, for the orders that are with them, while this page is open and they want it.
import { Refused, send, toast } from './api.js';

const everyMilliseconds = 5_000;
let watch = null;
let last = null;
let sentAt = 0;
let timer = null;
let lock = null;

const panel = () => document.querySelector('[data-courier]');
const orders = () => (panel()?.dataset.courier ?? '').split(',').filter(Boolean);

function say(text) {
  const note = panel()?.querySelector('[data-share-note]');
  if (note) note.textContent = text;
  panel()?.querySelector('[data-share]')?.setAttribute('aria-pressed', String(watch !== null));
}

async function tell() {
  timer = null;
  if (!last || watch === null) return;
  const { latitude: lat, longitude: lon, accuracy } = last.coords;
  sentAt = Date.now();
  for (const id of orders()) {
    try {
      await send('POST', `/v1/orders/${id}/position`, { lat, lon });
      say(`Told, to within ${Math.round(accuracy)} m.`);
    } catch (error) {
      // Delivered meanwhile, or no connection for a moment: the next position is told again.
      if (!(error instanceof Refused)) throw error;
      if (error.code === 'offline') say('No connection; your position is told as soon as there is one.');
    }
  }
  if (orders().length === 0) stop('Nothing is with you any more; your position is not told.');
}

function moved(position) {
  last = position;
  timer ??= setTimeout(tell, Math.max(0, sentAt + everyMilliseconds - Date.now()));
}

async function start() {
  if (!navigator.geolocation) return say('This browser does not tell its position.');
  watch = navigator.geolocation.watchPosition(moved, error => {
    if (error.code === error.PERMISSION_DENIED) stop('The browser was told not to say where you are. Change that in its settings.');
    // A tunnel, a stairwell: the device goes on looking.
    else say('The position is not known at the moment; it is told as soon as it is.');
  }, { enableHighAccuracy: true, maximumAge: 2_000, timeout: 30_000 });
  say('Asking the device…');
  // A dark screen stops telling.
  try {
    lock = await navigator.wakeLock?.request('screen') ?? null;
  } catch {
    lock = null;
  }
}

function stop(why) {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  clearTimeout(timer);
  [watch, timer, last] = [null, null, null];
  lock?.release();
  lock = null;
  if (!panel()) toast(why);
  else say(why);
}

document.addEventListener('click', event => {
  if (!event.target.closest('[data-share]')) return;
  if (watch === null) start();
  else stop('Your position is not told.');
});
document.addEventListener('region', () => {
  const button = panel()?.querySelector('[data-share]');
  button?.setAttribute('aria-pressed', String(watch !== null));
  if (watch !== null && orders().length === 0) stop('Nothing is with you any more; your position is not told.');
  else if (watch !== null && last) moved(last);
});
