// SPDX-License-Identifier: Apache-2.0
// The profile formats, read by others: pprof by npm's pprof-format, speedscope by its own schema. All have the same totals,
// those of the history: what is held adds up to the bytes of the stores that live.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { parseArgs } from './lib/args.mjs';
import { packagesOf } from './lib/packages.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record, run } from './lib/slabscope.mjs';

const kCosts = ['allocations', 'bytes', 'live_bytes', 'held_bytes'];
const args = parseArgs('exports');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const require = await packagesOf(path.join(here, 'exports'), 'exports', args);
const { Profile } = require('pprof-format');
const Ajv = require('ajv');

const file = path.join(args.work, 'exports.slab');
const outcome = await record(args, file, ['--expose-gc', path.join(here, '..', '..', 'examples', 'slab-retention.js')]);
report.equal(outcome.status, 0, 'status of the program');

async function exported(format, ...more) {
  const out = path.join(args.work, `out.${format}`);
  const ran = await run(args.slabscope, ['export', file, '--format', format, '-o', out, ...more]);
  report.equal(`${ran.status}${ran.stderr}`, '0', `status and stderr of export --format ${format}`);
  return fs.readFileSync(out);
}

/** The obvious way: every event of the history. */
async function totalsOfHistory() {
  const stores = new Map();
  const total = { allocations: 0, bytes: 0, held_bytes: 0 };
  let ended = false;
  await exportJsonl(args, file, (event) => {
    if (event.type === 'isolate_end' && event.isolate === 0) ended = true;
    if (ended) return;
    const slab = ['pool', 'native-pool'].includes(event.kind ?? stores.get(event.store)?.kind);
    if (event.type === 'store_alloc') stores.set(event.store, event);
    if (event.type === 'store_free') stores.delete(event.store);
    if (event.type === 'store_resize') {
      total.bytes += Math.max(0, event.size - stores.get(event.store).size);
      stores.get(event.store).size = event.size;
    }
    const counts = event.type === 'store_alloc' ? !slab : event.type === 'slice' && slab && event.parent === 0;
    if (!counts) return;
    total.allocations += 1;
    total.bytes += event.size ?? event.length;
  });
  total.held_bytes = [...stores.values()].reduce((sum, { size }) => sum + size, 0);
  return total;
}

function totalsOfCsv(text) {
  const rows = text.trimEnd().split('\r\n').map((row) => row.match(/"(?:[^"]|"")*"|[^,]+/g));
  const names = rows.shift();
  const of = (row, name) => row[names.indexOf(name)];
  const top = rows.sort((a, b) => of(b, 'held_bytes') - of(a, 'held_bytes'))[0];
  report.check(of(top, 'file').includes('slab-retention.js'), `the file that holds most is ${of(top, 'file')}`);
  report.check(Number(of(top, 'line')) > 0, 'the line that holds most is unknown');
  return Object.fromEntries(kCosts.map((name) => [name, rows.reduce((sum, row) => sum + Number(of(row, name)), 0)]));
}

function totalsOfPprof(bytes) {
  const profile = Profile.decode(zlib.gunzipSync(bytes));
  const text = (index) => profile.stringTable.strings[Number(index)];
  report.equal(profile.sampleType.map(({ type }) => text(type)).join(), kCosts.join(), 'sample types of pprof');
  report.equal(profile.sampleType.map(({ unit }) => text(unit)).join(), 'count,bytes,bytes,bytes', 'units of pprof');
  report.equal(text(profile.defaultSampleType), 'held_bytes', 'default sample type of pprof');
  const locations = new Map(profile.location.map((location) => [location.id, location]));
  const functions = new Map(profile.function.map((each) => [each.id, each]));
  let named = 0;
  for (const sample of profile.sample) {
    for (const id of sample.locationId) {
      const line = locations.get(id).line[0];
      if (text(functions.get(line.functionId).filename).endsWith('slab-retention.js') && Number(line.line) > 0) named += 1;
    }
  }
  report.check(named > 0, 'no location of pprof is in slab-retention.js');
  return Object.fromEntries(kCosts.map((name, i) => [name, profile.sample.reduce((sum, { value }) => sum + Number(value[i]), 0)]));
}

function totalsOfSpeedscope(text) {
  const profile = JSON.parse(text);
  const schema = JSON.parse(fs.readFileSync(path.join(path.dirname(require.resolve('speedscope/package.json')), 'dist', 'release', 'file-format-schema.json')));
  const validate = new Ajv({ strict: false }).compile(schema);
  report.check(validate(profile), `speedscope's schema: ${JSON.stringify(validate.errors)}`);
  for (const { name, samples, weights, endValue } of profile.profiles) {
    report.equal(samples.length, weights.length, `weights of ${name}`);
    report.equal(weights.reduce((sum, weight) => sum + weight, 0), endValue, `the end of ${name}`);
    const known = samples.every((sample) => sample.every((frame) => profile.shared.frames[frame] !== undefined));
    report.check(known, `a sample of ${name} names a frame that is not there`);
  }
  return Object.fromEntries(profile.profiles.map(({ name, endValue }) => [name, endValue]));
}

async function totalsOfFolded() {
  const totals = {};
  for (const name of kCosts) {
    const lines = (await exported('folded', '--cost', name)).toString().trimEnd().split('\n');
    totals[name] = lines.reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)[1]), 0);
  }
  return totals;
}

const history = await totalsOfHistory();
const formats = {
  csv: totalsOfCsv((await exported('csv')).toString()),
  pprof: totalsOfPprof(await exported('pprof')),
  speedscope: totalsOfSpeedscope((await exported('speedscope')).toString()),
  folded: await totalsOfFolded(),
};
for (const [format, totals] of Object.entries(formats)) {
  for (const name of kCosts) {
    report.equal(totals[name], history[name] ?? formats.csv[name], `the sum of ${name} in ${format}`);
  }
}
report.figure('allocations', history.allocations);
report.figure('held bytes', history.held_bytes);
const wrong = await run(args.slabscope, ['export', file, '--format', 'folded', '--cost', 'weight']);
report.equal(wrong.status, 2, 'status for a figure that there is not');
report.finish();
