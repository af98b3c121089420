// Money, instants and statuses as the reader reads them.
const language = navigator.languages ?? [navigator.language];
const moneys = new Map();

/** {amount, currency} in minor units as text in the reader's language. */
export function money({ amount, currency }) {
  if (!moneys.has(currency)) moneys.set(currency, new Intl.NumberFormat(language, { style: 'currency', currency }));
  const format = moneys.get(currency);
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export const times = (price, quantity) => ({ amount: price.amount * quantity, currency: price.currency });

export const sum = (moneys, currency) => ({ amount: moneys.reduce((total, m) => total + m.amount, 0), currency });

export const same = (one, other) => one?.amount === other?.amount && one?.currency === other?.currency;

const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

export const moment = instant => moments.format(new Date(instant));

const numbers = new Intl.NumberFormat(language);

export const number = value => numbers.format(value);

export const count = (value, one, many) => `${number(value)} ${value === 1 ? one : many}`;

/** Order statuses of the contract, in the order in which a delivery meets them. */
export const steps = ['placed', 'paid', 'packing', 'outForDelivery', 'delivered'];

const statuses = {
  placed: ['Placed', 'info'],
  paid: ['Paid', 'info'],
  packing: ['Being packed', 'busy'],
  outForDelivery: ['On its way', 'busy'],
  delivered: ['Delivered', 'good'],
  cancelled: ['Cancelled', 'bad'],
  refunded: ['Refunded', 'warn'],
};

export const status = word => statuses[word]?.[0] ?? word;

export const tone = word => statuses[word]?.[1] ?? '';
