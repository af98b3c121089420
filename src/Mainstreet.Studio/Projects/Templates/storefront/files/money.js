/** Money comes as minor units and a currency: {amount: 12345, currency: "INR"}. */
export function format(money, locale = undefined) {
  const plain = new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency });
  return plain.format(money.amount / 10 ** plain.resolvedOptions().maximumFractionDigits);
}
