// The board: cards are dragged to a column, or moved by the arrow keys. The server knows which moves there are; what it refuses stays where it was.
import { Refused, send, toast } from './api.js';
import { refresh } from './regions.js';

const states = () => [...document.querySelectorAll('.board-column')].map(column => column.dataset.state);
const nameOf = state => document.querySelector(`.board-column[data-state="${state}"] h2`)?.firstChild.textContent.trim() ?? state;
const titleOf = card => card.querySelector('h3').textContent.trim();

let dragged = null;

function say(text) {
  document.getElementById('board-say').textContent = text;
}

function prepare() {
  for (const card of document.querySelectorAll('.board .card')) card.draggable = card.dataset.moves !== '';
}

async function move(card, state) {
  const id = card.dataset.card;
  if (card.dataset.busy) return;
  card.dataset.busy = 'true';
  const title = titleOf(card);
  try {
    await send('PATCH', `/v1/hunter/submissions/${id}`, { state }, { 'If-Match': `"${card.dataset.version}"` });
    await refresh({ force: document.getElementById('board') });
    say(`${title} is now in ${nameOf(state)}.`);
    document.querySelector(`[data-card="${id}"] [data-keys]`)?.focus();
  } catch (error) {
    if (error instanceof Refused && error.code === 'needs_your_yes') {
      location.assign(`/careers/applications/${id}`);
      return;
    }
    toast(error instanceof Refused ? error.message : 'It could not be moved.');
    say(`${title} was not moved.`);
    await refresh({ force: document.getElementById('board') });
  } finally {
    delete card.dataset.busy;
  }
}

const movesOf = card => card.dataset.moves.split(' ').filter(Boolean);

document.addEventListener('dragstart', event => {
  const card = event.target.closest?.('.board .card');
  if (!card) return;
  dragged = card;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', titleOf(card));
  for (const column of document.querySelectorAll('.board-column')) column.classList.toggle('open', movesOf(card).includes(column.dataset.state));
});

document.addEventListener('dragover', event => {
  const column = event.target.closest?.('.board-column');
  if (!dragged || !column || !movesOf(dragged).includes(column.dataset.state)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'move';
});

document.addEventListener('drop', event => {
  const column = event.target.closest?.('.board-column');
  if (!dragged || !column || !movesOf(dragged).includes(column.dataset.state)) return;
  event.preventDefault();
  move(dragged, column.dataset.state);
});

document.addEventListener('dragend', () => {
  dragged = null;
  for (const column of document.querySelectorAll('.board-column')) column.classList.remove('open');
});

document.addEventListener('keydown', event => {
  const handle = event.target.closest?.('[data-keys]');
  if (!handle || !['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
  event.preventDefault();
  const card = handle.closest('.card');
  const all = states();
  const here = all.indexOf(card.closest('.board-column').dataset.state);
  const open = movesOf(card).map(state => all.indexOf(state));
  const next = event.key === 'ArrowRight' ? Math.min(...open.filter(n => n > here)) : Math.max(...open.filter(n => n < here));
  if (Number.isFinite(next)) move(card, all[next]);
  else say(`There is no move to that side for ${titleOf(card)}.`);
});

document.addEventListener('region', prepare);
prepare();
