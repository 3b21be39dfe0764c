// SPDX-License-Identifier: Apache-2.0
// Two runs of the retention example, one with its leak mended, in other folders and with lines inserted: diff names the caller and the
// bytes, finds nothing in equal runs, and --fail-if decides by it.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record, run } from './lib/slabscope.mjs';

const args = parseArgs('diff');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const source = fs.readFileSync(path.join(here, '..', '..', 'examples', 'slab-retention.js'), 'utf8');
const kLeak = 'Buffer.concat(chunks).subarray(0, TOKEN_BYTES)';
const kMended = 'Uint8Array.prototype.slice.call(Buffer.concat(chunks), 0, TOKEN_BYTES)';
report.check(source.includes(kLeak), 'the example has changed: there is nothing to mend');

/** Records the text as slab-retention.js in a folder of its own. A full collection before the end tells garbage apart. */
async function recorded(name, text) {
  const program = path.join(args.work, name, 'slab-retention.js');
  fs.mkdirSync(path.dirname(program), { recursive: true });
  fs.writeFileSync(program, `${text}process.on('exit', () => globalThis.gc());\n`);
  const file = path.join(args.work, `${name}.slab`);
  await record(args, file, ['--expose-gc', program]);
  return file;
}
const leaking = await recorded('leaking', source);
const again = await recorded('again', source);
const moved = await recorded('moved', source.replace('const body', '// One line,\n// and another.\n\nconst body'));
const mended = await recorded('mended', source.replace(kLeak, kMended));

async function diff(before, after, ...more) {
  const ran = await run(args.slabscope, ['diff', before, after, '--json', ...more]);
  report.check(ran.status !== 2, `diff ${path.basename(before)} ${path.basename(after)}: ${ran.stderr}`);
  return { ...ran, json: JSON.parse(ran.stdout) };
}

/** The bytes of all pool slabs that live at the end, event by event. */
async function slabBytes(file) {
  const slabs = new Map();
  let ended = false;
  await exportJsonl(args, file, (event) => {
    if (event.type === 'isolate_end' && event.isolate === 0) ended = true;
    if (ended) return;
    if (event.type === 'store_alloc' && event.kind === 'pool') slabs.set(event.store, event.size);
    if (event.type === 'store_free') slabs.delete(event.store);
  });
  return [...slabs.values()].reduce((sum, size) => sum + size, 0);
}

const fixed = await diff(leaking, mended, '--fail-if', 'held_bytes > +10%');
const [top] = fixed.json.callers;
report.equal(fixed.status, 0, 'status of a diff in which --fail-if does not hold');
report.equal(fixed.json.changed, true, 'a mended leak is a change');
report.equal(top.function, 'handleMessage', 'the caller that changed most');
report.equal(path.basename(top.before?.file ?? ''), 'slab-retention.js', 'its file');
report.check(['gone', 'shrunk'].includes(top.status), `the leak is ${top.status}`);
const [before, after] = [await slabBytes(leaking), await slabBytes(mended)];
report.equal(fixed.json.metrics.slab_bytes.before, before, 'bytes of slabs before, against the history');
report.equal(fixed.json.metrics.slab_bytes.after, after, 'bytes of slabs after, against the history');
report.check(-top.held_bytes.delta > 0.95 * (before - after), `${-top.held_bytes.delta} of ${before - after} bytes are told of the caller`);

for (const [name, other] of [['an equal run', again], ['a run with lines inserted', moved]]) {
  const { json } = await diff(leaking, other);
  const changed = json.callers.filter(({ status }) => status !== 'unchanged');
  report.equal(JSON.stringify(changed.map((caller) => `${caller.status} ${caller.function}`)), '[]', `${name}: changes beyond noise`);
  const kept = json.callers.find((caller) => caller.function === 'handleMessage' && caller.held_bytes.before > before / 2);
  report.check(kept?.after, `${name}: the holder was not found again`);
  if (other === moved) report.equal(kept.after?.line, kept.before.line + 3, 'the line to which it was moved');
}

const broken = await diff(mended, leaking, '--fail-if', 'held_bytes > +10%', '--fail-if', 'held_bytes{file=slab-retention.js} > 1MiB and slabs > +100', '--fail-if', 'slabs < 3');
report.equal(broken.status, 1, 'status where --fail-if holds');
report.equal(broken.stderr.trim().split('\n').length, 2, 'a line for each condition that holds');
report.equal(broken.json.failures.length, 2, 'conditions that hold, in the JSON');

const wrong = await run(args.slabscope, ['diff', leaking, mended, '--fail-if', 'held_bytes > 10%']);
report.check(wrong.status === 2 && /column \d+/.test(wrong.stderr) && wrong.stdout === '', `a wrong expression: ${wrong.status} ${wrong.stderr}`);

const several = await diff([leaking, again].join(','), [mended, mended].join(','));
report.equal(several.json.before.length, 2, 'runs on the old side');
report.equal(several.json.callers[0].function, 'handleMessage', 'the caller that changed most, of several runs');

fs.writeFileSync(path.join(args.work, 'other.js'), 'const kept = []; function other() { kept.push(Buffer.alloc(100000)); } for (let i = 0; i < 9; i++) other();');
const other = path.join(args.work, 'other.slab');
await record(args, other, [path.join(args.work, 'other.js')]);
const strangers = await run(args.slabscope, ['diff', leaking, other]);
report.check(strangers.status === 2 && strangers.stderr.trim().split('\n').length === 1, `two programs: ${strangers.status} ${strangers.stderr}`);

report.figure('bytes of slabs, before and after', `${before}, ${after}`);
report.figure('change of the caller', top.held_bytes.delta);
report.finish();
