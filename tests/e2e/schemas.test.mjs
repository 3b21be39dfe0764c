// SPDX-License-Identifier: Apache-2.0
// What --json prints against docs/schemas, in which an unknown key is an error, and docs/json.md, which names every schema.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { packagesOf } from './lib/packages.mjs';
import { Report } from './lib/report.mjs';
import { record, run } from './lib/slabscope.mjs';

const args = parseArgs('schemas');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');
const require = await packagesOf(path.join(here, 'exports'), 'exports', args);
const Ajv = require('ajv/dist/2020');

const schemas = path.join(root, 'docs', 'schemas');
const page = fs.readFileSync(path.join(root, 'docs', 'json.md'), 'utf8');
const validators = new Map();
for (const name of fs.readdirSync(schemas)) {
  const schema = JSON.parse(fs.readFileSync(path.join(schemas, name), 'utf8'));
  validators.set(path.basename(name, '.json'), new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema));
  report.check(page.includes(`(schemas/${name})`), `docs/json.md does not name ${name}`);
}

/** Every key that was seen, as a path without the places in arrays. */
const seen = new Map([...validators.keys()].map((command) => [command, new Set()]));
function collect(command, value, where) {
  if (Array.isArray(value)) value.forEach((each) => collect(command, each, where));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  for (const [key, each] of Object.entries(value)) {
    seen.get(command).add(`${where}.${key}`);
    collect(command, each, `${where}.${key}`);
  }
}

async function checkAs(schema, command, ...more) {
  const ran = await run(args.slabscope, [command, '--json', ...more]);
  report.equal(`${ran.status}${ran.stderr}`, '0', `status and stderr of ${command}`);
  const json = JSON.parse(ran.stdout);
  const validate = validators.get(schema);
  report.check(validate(json), `${command} ${more.map((each) => path.basename(each)).join(' ')}: ${JSON.stringify(validate.errors?.slice(0, 4))}`);
  collect(schema, json, schema);
}
const check = (command, ...more) => checkAs(command, command, ...more);

const programs = {
  whole: { node: ['--expose-gc', path.join(root, 'examples', 'slab-retention.js')] },
  mended: { node: ['--expose-gc', path.join(root, 'examples', 'slab-retention.js'), '--fixed'] },
  pool: { node: ['--expose-gc', path.join(here, 'programs', 'explain.cjs')] },
  limited: { node: ['--expose-gc', path.join(here, 'programs', 'capped.cjs'), '200000'], options: ['--max-size=256K'] },
  paused: { node: [path.join(root, 'examples', 'pool-basics.js')], options: ['--paused'] },
  bare: { node: ['-e', '0'], options: ['--no-slices', '--stacks=off'] },
};
for (const [name, { node, options = [] }] of Object.entries(programs)) {
  const file = path.join(args.work, `${name}.slab`);
  await record(args, file, node, { recordOptions: options });
  await check('info', file);
  await check('info', file, '--verify');
  await check('report', file);
  await check('report', file, '--at', 'peak', '--top', '1');
  await check('slabs', file);
  await check('slabs', file, '--at', 'peak', '--top', '1');
  await check('explain', file);
  for (const by of ['line', 'function', 'file', 'package']) await checkAs('callers', 'report', file, '--by', by, '--top', '2');
  for (const tree of ['top-down', 'bottom-up']) await checkAs('callers', 'report', file, '--tree', tree, '--top', '2', '--depth', '3');
}
const [whole, mended] = ['whole', 'mended'].map((name) => path.join(args.work, `${name}.slab`));
await check('diff', whole, whole);
await check('diff', whole, mended, '--per', 'second', '--top', '3');
// A file that stops somewhere has no footer.
const cut = path.join(args.work, 'cut.slab');
const bytes = fs.readFileSync(whole);
fs.writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length / 2)));
for (const command of ['info', 'report', 'slabs', 'explain']) await check(command, cut);

// The check would find a key too much, one too few and one of another type.
const sound = JSON.parse((await run(args.slabscope, ['info', cut, '--json'])).stdout);
const { node: told, ...lacking } = sound;
for (const [what, wrong] of Object.entries({ more: { ...sound, more: 1 }, less: lacking, other: { ...sound, node: [told] } })) {
  report.check(!validators.get('info')(wrong), `a wrong object passes: ${what}`);
}
for (const key of ['info.options.max_size', 'info.dropped', 'info.paused', 'info.verified', 'report.dropped', 'report.instants.holders.held_bytes', 'callers.callers.owner', 'callers.roots.children.self', 'diff.callers.before.line', 'diff.metrics.slabs.delta']) {
  report.check(seen.get(key.split('.')[0]).has(key), `no recording here has ${key}`);
}
report.finish();
