// SPDX-License-Identifier: Apache-2.0
// A slice dies, in the recording, in the very collection in which V8 finds it dead: with callbacks of its own an addon asks
// V8 about each slice.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileAddon } from './lib/addons.mjs';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { lineOf } from './lib/lines.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record } from './lib/slabscope.mjs';

const args = parseArgs('deaths');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'deaths.cjs');
const cut = lineOf(program, '// cut');
const addon = await compileAddon(args, 'deaths.cpp');

/** By V8, and by the recording: of each slice, in the order of their births, the number of the collection that it died in. */
async function compare(name, ...nodeArgs) {
  const file = path.join(args.work, `${name}.slab`);
  const outcome = await record(args, file, ['--expose-gc', ...nodeArgs, program, addon]);
  const { deaths, kept } = JSON.parse(outcome.stdout);
  const definitions = new Definitions();
  const numberOf = new Map();
  const recorded = [];
  const kinds = {};
  let collections = null;
  await exportJsonl(args, file, (event) => {
    if (definitions.take(event)) return;
    if (event.type === 'mark') collections = event.name === 'begin' ? 0 : null;
    if (collections === null) return;
    if (event.type === 'gc') {
      collections += 1;
      kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
    } else if (event.type === 'slice' && definitions.programFrame(event.stack, program)?.line === cut) {
      numberOf.set(event.slice, recorded.length);
      recorded.push(0);
    } else if (event.type === 'slice_free' && numberOf.has(event.slice)) {
      recorded[numberOf.get(event.slice)] = collections;
    }
  });
  report.figure(`${name}: slices`, `${recorded.length}, ${recorded.filter((death) => death !== 0).length} died in ${JSON.stringify(kinds)}`);
  report.equal(recorded.length, deaths.length, `${name}: slices recorded`);
  report.equal(deaths.filter((death) => death === 0).length, kept, `${name}: slices that V8 has not found dead`);
  const wrong = deaths.flatMap((death, number) => (death === recorded[number] ? [] : [`${number}: V8 ${death}, recording ${recorded[number]}`]));
  report.check(wrong.length === 0, `${name}: ${wrong.length} slices die in other collections than V8 tells: ${wrong.slice(0, 5).join('; ')}`);
}

await compare('default');
await compare('small young generation', '--max-semi-space-size=1');
await compare('compacting', '--stress-compaction');
if (args.line >= 22) await compare('young marked and swept', '--minor-ms');
report.finish();
