// Orders at a running Vendure, by signed-in shoppers, each one request after the other; prints a JSON line per concurrency, as `Mainstreet.Load orders --json` does.
//   load.mjs GROCERIES.json [--orders 300] [--warmup 50] [--concurrency 1,10,50]        VENDURE_PORT says where
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

const argument = (name, otherwise) => { const at = process.argv.indexOf(`--${name}`); return at < 0 ? otherwise : process.argv[at + 1]; };
const levels = argument('concurrency', '1,10,50').split(',').map(Number);
const orders = Number(argument('orders', '300'));
const warmup = Number(argument('warmup', '50'));
const { searches, articles } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const run = Date.now().toString(36);

/** Answers the data; throws what GraphQL calls an error, and every result that is one. */
function ask(api, query, variables, token) {
  const body = JSON.stringify({ query, variables });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...(token && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: process.env.VENDURE_PORT, path: `/${api}-api`, method: 'POST', agent, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', part => { text += part; }).on('end', () => {
        try {
          const { data, errors } = JSON.parse(text);
          if (errors) throw new Error(errors[0].message);
          const refused = Object.values(data ?? {}).find(result => result?.errorCode);
          if (refused) throw new Error(`${refused.errorCode}: ${refused.message}`);
          resolve({ data, token: answer.headers['vendure-auth-token'] ?? token });
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on('error', reject).end(body);
  });
}

const refusal = '... on ErrorResult { errorCode message }';
const queries = {
  search: `query ($term: String) { search(input: { term: $term, take: 20, groupByProduct: true }) {
    totalItems facetValues { count facetValue { id name } }
    items { productId productVariantId productName score price { ... on SinglePrice { value } ... on PriceRange { min max } } } } }`,
  product: `query ($id: ID!) { product(id: $id) { id name slug description facetValues { id name facet { name } }
    variants { id name sku price priceWithTax taxRateApplied { value } } } }`,
  item: `mutation ($id: ID!) { addItemToOrder(productVariantId: $id, quantity: 1) { ... on Order { id code totalWithTax lines { id quantity } } ${refusal} } }`,
  address: `mutation ($input: CreateAddressInput!) { setOrderShippingAddress(input: $input) { ... on Order { id } ${refusal} } }`,
  shipping: 'query { eligibleShippingMethods { id price } }',
  // Three steps of the checkout in one request: they depend on nothing that the customer has yet to see.
  pay: `mutation ($method: [ID!]!) {
    setOrderShippingMethod(shippingMethodId: $method) { ... on Order { id } ${refusal} }
    transitionOrderToState(state: "ArrangingPayment") { ... on Order { id } ${refusal} }
    addPaymentToOrder(input: { method: "standard-payment", metadata: {} }) { ... on Order { id code state totalWithTax } ${refusal} } }`,
};
const address = { fullName: 'Synthetic Shopper', streetLine1: 'Synthetic Lane 1', city: 'Bengaluru', postalCode: '560038', countryCode: 'IN' };

async function signIn(index) {
  const input = { emailAddress: `shopper-${run}-${index}@synthetic.test`, password: 'Aa1-synthetic-shopper', firstName: 'Synthetic', lastName: 'Shopper' };
  await ask('shop', `mutation ($input: RegisterCustomerInput!) { registerCustomerAccount(input: $input) { ... on Success { success } ${refusal} } }`, { input });
  const { token } = await ask('shop', `mutation ($name: String!, $password: String!) { login(username: $name, password: $password) { ... on CurrentUser { id } ${refusal} } }`,
    { name: input.emailAddress, password: input.password });
  return token;
}

async function buy(token, number, record) {
  const step = async (name, variables) => {
    const since = performance.now();
    try {
      return (await ask('shop', queries[name], variables, token)).data;
    } finally {
      (record.steps[name] ??= []).push(performance.now() - since);
    }
  };
  const product = index => String(1 + index % articles.length);
  try {
    const { search } = await step('search', { term: searches[number % searches.length] });
    if (search.totalItems === 0 || search.facetValues.length === 0) throw new Error('a search found nothing');
    await step('product', { id: product(number * 7919) });
    for (let line = 0; line < 3; line++) await step('item', { id: product(number * 31 + line * 977) });
    await step('address', { input: address });
    const { eligibleShippingMethods: [method] } = await step('shipping');
    const { addPaymentToOrder: order } = await step('pay', { method: [method.id] });
    if (order.state !== 'PaymentSettled') throw new Error(`an order ended as ${order.state}`);
    record.paid++;
    record.money += order.totalWithTax;
  } catch (error) {
    record.failures.push(error.message);
  }
}

async function shop(tokens, first, count) {
  const record = { steps: {}, failures: [], paid: 0, money: 0 };
  let next = first;
  const since = performance.now();
  await Promise.all(tokens.map(async token => { while (next < first + count) await buy(token, next++, record); }));
  return { ...record, seconds: (performance.now() - since) / 1000 };
}

const { token: admin } = await ask('admin', 'mutation { login(username: "superadmin", password: "of-this-run-only") { ... on CurrentUser { id } } }');
async function settled() {
  let [count, money] = [0, 0];
  for (let skip = 0; ; skip += 100) {
    const { data: { orders: page } } = await ask('admin', `query ($skip: Int) {
      orders(options: { skip: $skip, take: 100, sort: { id: ASC }, filter: { state: { eq: "PaymentSettled" } } }) { totalItems items { totalWithTax } } }`, { skip }, admin);
    count = page.totalItems;
    money += page.items.reduce((sum, order) => sum + order.totalWithTax, 0);
    if (skip + 100 >= count) return { count, money };
  }
}

const tokens = [];
for (let i = 0; i < Math.max(...levels); i++) tokens.push(await signIn(i));
const before = await settled();
let [counted, money, failed, next] = [0, 0, 0, 0];
const take = (record, count) => {
  [counted, money, failed, next] = [counted + record.paid, money + record.money, failed + record.failures.length, next + count];
  for (const failure of record.failures.slice(0, 5)) console.error(failure);
};
if (warmup > 0) take(await shop(tokens.slice(0, 4), next, warmup), warmup);
for (const concurrency of levels) {
  const record = await shop(tokens.slice(0, concurrency), next, orders);
  take(record, orders);
  const steps = Object.fromEntries(Object.entries(record.steps).map(([name, times]) => {
    times.sort((a, b) => a - b);
    const at = share => times[Math.max(0, Math.ceil(share * times.length) - 1)];
    return [name, { count: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }];
  }));
  console.log(JSON.stringify({ concurrency, orders: record.paid, seconds: record.seconds, perSecond: record.paid / record.seconds, failures: record.failures.length, steps }));
}
const after = await settled();
console.error(`counted ${counted} paid orders of ${money} in minor units, the server has ${after.count - before.count} of ${after.money - before.money}; ${failed} failures`);
process.exit(failed === 0 && after.count - before.count === counted && after.money - before.money === money ? 0 : 1);
