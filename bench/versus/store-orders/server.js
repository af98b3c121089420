// Vendure with what its documentation starts with: PostgreSQL, its own search index, sessions in memory, the dummy payment that settles at once.
//   server.js populate GROCERIES.json     fills the empty database of PGDATABASE
//   server.js serve                       prints "ready" and serves until it is ended
// PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE and VENDURE_PORT say where.
const { readFileSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const {
  bootstrap, defaultConfig, DefaultLogger, DefaultSearchPlugin, dummyPaymentHandler, InMemorySessionCacheStrategy, JobQueueService, LogLevel, mergeConfig, TransactionalConnection,
} = require('@vendure/core');
const { populate } = require('@vendure/core/cli');

const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, VENDURE_PORT } = process.env;
const [command, groceries] = process.argv.slice(2);
const superadmin = { identifier: 'superadmin', password: 'of-this-run-only' };
const config = mergeConfig(defaultConfig, {
  apiOptions: { hostname: '127.0.0.1', port: Number(VENDURE_PORT) },
  authOptions: {
    tokenMethod: 'bearer', requireVerification: false, sessionCacheStrategy: new InMemorySessionCacheStrategy(),
    superadminCredentials: superadmin,
  },
  dbConnectionOptions: {
    type: 'postgres', host: PGHOST, port: Number(PGPORT), username: PGUSER, password: PGPASSWORD ?? '', database: PGDATABASE,
    synchronize: command === 'populate', extra: { max: 50 },
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  importExportOptions: { importAssetsDir: tmpdir() },
  plugins: [DefaultSearchPlugin.init({ bufferUpdates: command === 'populate', indexStockStatus: false })],
});

const start = async () => {
  const app = await bootstrap(config);
  await app.get(JobQueueService).start();
  return app;
};

const admin = (query, token) => fetch(`http://127.0.0.1:${VENDURE_PORT}/admin-api`, {
  method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify({ query }),
});

async function fill() {
  const { onHand, articles } = JSON.parse(readFileSync(groceries, 'utf8'));
  const columns = 'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets';
  const rows = articles.map(a =>
    `${a.name},${a.sku.toLowerCase()},${a.description},,category:${a.category}|brand:${a.brand},,,${a.sku},${(a.price / 100).toFixed(2)},standard,${onHand},true,,`);
  const file = `${groceries}.csv`;
  writeFileSync(file, [columns, ...rows, ''].join('\n'));
  const app = await populate(start, {
    defaultLanguage: 'en', defaultZone: 'Asia', countries: [{ name: 'India', code: 'IN', zone: 'Asia' }], collections: [],
    taxRates: [{ name: 'Standard Tax', percentage: 18 }], shippingMethods: [{ name: 'Standard', price: 0 }],
    paymentMethods: [{ name: 'Standard Payment', handler: { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] } }],
  }, file);
  // Written at once at the end; product by product it takes minutes.
  const login = await admin(`mutation { login(username: "${superadmin.identifier}", password: "${superadmin.password}") { __typename } }`);
  await admin('mutation { reindex { id } }', login.headers.get('vendure-auth-token'));
  const { rawConnection } = app.get(TransactionalConnection);
  const patience = Date.now() + 120_000;
  const indexed = async () => Number((await rawConnection.query('SELECT count(DISTINCT "productId") AS n FROM search_index_item'))[0].n);
  while (await indexed() < articles.length) {
    if (Date.now() > patience) throw new Error(`${await indexed()} of ${articles.length} products are in the search index`);
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  await app.close();
}

(command === 'populate' ? fill().then(() => process.exit(0)) : start().then(() => console.log('ready')))
  .catch(error => { console.error(error); process.exit(1); });
