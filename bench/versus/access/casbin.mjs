// node-casbin on the rules of its own benchmark: roles that may read one thing each, ten users a role; prints a JSON line per size and answer.
//   --rules 1100,11000,110000   --questions 200   --cached no
import { newCachedEnforcer, newEnforcer, newModel } from 'casbin';

const argument = (name, otherwise) => { const at = process.argv.indexOf(`--${name}`); return at < 0 ? otherwise : process.argv[at + 1]; };
const model = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act`;
const cached = argument('cached', 'no') === 'yes';
let state = 7;
const random = below => { state = (state * 1103515245 + 12345) % 2147483648; return state % below; };

for (const rules of argument('rules', '1100,11000,110000').split(',').map(Number)) {
  const roles = Math.floor(rules / 11);
  const users = roles * 10;
  const enforcer = await (cached ? newCachedEnforcer : newEnforcer)(newModel(model));
  await enforcer.addPolicies(Array.from({ length: roles }, (_, i) => [`group${i}`, `data${Math.floor(i / 10)}`, 'read']));
  await enforcer.addGroupingPolicies(Array.from({ length: users }, (_, j) => [`user${j}`, `group${Math.floor(j / 10)}`]));
  // A scan of 110,000 rules takes tens of milliseconds: fewer questions there.
  const questions = Math.max(50, Math.min(Number(argument('questions', '2000')), Math.floor(20_000_000 / rules)));
  for (const answer of ['allow', 'deny']) {
    const ask = () => {
      const user = random(users);
      return [`user${user}`, `data${answer === 'allow' ? Math.floor(user / 100) : users}`, 'read'];
    };
    for (let i = 0; i < 5; i++) await enforcer.enforce(...ask());
    const times = [];
    for (let i = 0; i < questions; i++) {
      const question = ask();
      const since = process.hrtime.bigint();
      const allowed = await enforcer.enforce(...question);
      times.push(Number(process.hrtime.bigint() - since) / 1000);
      if (allowed !== (answer === 'allow')) throw new Error(`${question} is ${allowed}`);
    }
    times.sort((a, b) => a - b);
    const at = share => times[Math.min(times.length - 1, Math.floor(times.length * share))];
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    console.log(JSON.stringify({ shape: 'roles', rules: roles + users, answer, p50: at(0.5), p99: at(0.99), mean, questions }));
  }
}
