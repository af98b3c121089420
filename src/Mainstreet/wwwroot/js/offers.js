// Open offers: the buttons go the moment an offer is decided, by whomever.
import { toast } from './api.js';
import { refresh } from './regions.js';

const texts = {
  lost: 'Somebody else has taken it.',
  withdrawn: 'The offer was withdrawn.',
  expired: 'The time ran out.',
  declined: 'You declined.',
  taken: 'Yours.',
};

function end(card, text) {
  if (card.classList.contains('over')) return;
  card.classList.add('over');
  card.querySelector('[data-actions]')?.remove();
  card.querySelector('[data-outcome]').textContent = text;
  toast([card.querySelector('h3')?.textContent.trim(), text].filter(Boolean).join(': '));
}

const cardOf = id => document.querySelector(`[data-offer="${CSS.escape(id)}"]`);

document.addEventListener('live', event => {
  const { type, data } = event.detail;
  const card = data?.ticketId ? cardOf(data.ticketId) : null;
  if (!card) return;
  if (type === 'offer.closed') end(card, texts[data.state] ?? 'Decided.');
  else if (type === 'ticket.accepted' && !card.dataset.mine) end(card, texts.lost);
  else if (type === 'ticket.cancelled') end(card, 'The ticket was cancelled.');
});

document.addEventListener('expired', event => {
  const card = event.target.closest('[data-offer]');
  if (!card) return;
  end(card, texts.expired);
  setTimeout(() => refresh(), 1500);
});

document.addEventListener('submit', event => {
  const card = event.target.closest('[data-offer]');
  if (card && event.target.dataset.api?.endsWith('/accept')) card.dataset.mine = 'true';
});

document.addEventListener('sent', event => {
  const card = event.target.closest('[data-offer]');
  if (!card) return;
  end(card, event.target.dataset.api.endsWith('/accept') ? texts.taken : texts.declined);
});

// A refusal means that the offer is over too: fetch what is true now.
document.addEventListener('settled', event => {
  if (event.target.closest?.('[data-offer]')) {
    delete event.target.closest('[data-offer]').dataset.mine;
    refresh();
  }
});
