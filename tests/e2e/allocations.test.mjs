// SPDX-License-Identifier: Apache-2.0
// record --native tells where the memory behind an external store was allocated, by function and line, however it was
// allocated and in whichever thread; nothing where that is not known, and nothing that is not so. --variant=storm: 200
// threads allocate meanwhile, and more blocks are held than can be remembered.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileAddon } from './lib/addons.mjs';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { lineOf } from './lib/lines.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record } from './lib/slabscope.mjs';

const args = parseArgs('allocations');
const storm = args.variant === 'storm';
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const program = path.join(here, 'programs', 'allocations.cjs');
const source = path.join(here, 'addons', 'allocations.cpp');
const lineCalled = (name) => lineOf(source, `// line: ${name}`);
const addon = await compileAddon(args, 'allocations.cpp', ['-g', '-O2']);

async function recorded(name, recordOptions, programArgs = []) {
  const file = path.join(args.work, `${name}.slab`);
  const logFile = path.join(args.work, `${name}.json`);
  await record(args, file, [program, addon, logFile, ...programArgs], { recordOptions });
  const definitions = new Definitions();
  const stores = new Map();
  let lost = 0;
  await exportJsonl(args, file, (event) => {
    if (event.type === 'lost') lost += event.count;
    if (definitions.take(event) || event.type !== 'store_alloc' || event.kind !== 'external') return;
    const allocation = 'allocation_stack' in event ? definitions.framesOf(event.allocation_stack) : null;
    stores.set(event.size, { stack: definitions.framesOf(event.stack), allocation });
  });
  report.equal(lost, 0, `${name}: lost events`);
  const { answer, status } = await info(args, file, { verify: true });
  report.equal(status, 0, `${name}: info --verify`);
  const missing = answer.missing.find((each) => each.name === 'external-allocations')?.detail ?? '';
  return { ...JSON.parse(fs.readFileSync(logFile, 'utf8')), stores, missing, present: answer.capabilities.includes('external-allocations') };
}

const shown = (frames) => frames.map((frame) => `\n    ${frame.function} ${frame.file}:${frame.line}`).join('');
const at = (frames, line) => frames.find((frame) => path.basename(frame.file ?? '') === 'allocations.cpp' && frame.line === line);

function checkStore({ way, inThread, size, known }, store) {
  const what = `${way}${inThread ? ' in a thread' : ''}, ${size} bytes`;
  if (!report.check(store !== undefined, `${what}: no such store`)) return;
  const wrapped = at(store.stack, lineCalled('wrap'));
  report.check(wrapped?.function.startsWith('sample::wrap('), `${what}: not made by wrap but by ${shown(store.stack)}`);
  if (known !== null) report.equal(store.allocation !== null, known, `${what}: the allocation is known`);
  if (store.allocation === null) return;
  const frames = store.allocation;
  report.check(at(frames, lineCalled(way))?.function.startsWith('sample::by'), `${what}: not allocated where it was:${shown(frames)}`);
  report.check(at(frames, lineCalled('thread')) !== undefined, `${what}: no caller:${shown(frames)}`);
  report.equal(at(frames, lineCalled('wrap')), undefined, `${what}: the allocation is in the wrapping`);
  report.check(!frames.some((frame) => /libslabscope/.test(frame.function + frame.file)), `${what}: has a frame of the shim${shown(frames)}`);
  const inNode = frames.some((frame) => /^napi_|v8impl::|node::|v8::/.test(frame.function));
  report.equal(inNode, !inThread, `${what}: called by node${shown(frames)}`);
}

const native = await recorded('native', ['--native'], storm ? ['storm'] : []);
report.equal(native.stores.size, native.log.length, 'external stores, each of its own size');
for (const expected of native.log) checkStore(expected, native.stores.get(expected.size));
report.figure('stores', native.log.length);
if (storm) {
  report.equal(native.wrong, 0, 'blocks that were not as they were left');
  report.check(/too many/.test(native.missing), `info does not say that not all could be remembered: ${native.missing}`);
} else {
  report.check(native.present, `external-allocations is missing with --native: ${native.missing}`);
  const plain = await recorded('plain', []);
  report.equal(plain.log.length, native.log.length, 'stores without --native');
  for (const { size } of plain.log) report.equal(plain.stores.get(size)?.allocation, null, `${size} bytes: the allocation, without --native`);
  report.check(/--native/.test(plain.missing), 'info does not say that --native is needed');
  const deep = await recorded('deep', ['--native'], ['deepbind']);
  for (const expected of deep.log) checkStore(expected, deep.stores.get(expected.size));
  const noStacks = await recorded('off', ['--native', '--stacks=off']);
  report.check([...noStacks.stores.values()].every(({ allocation }) => allocation === null), 'allocations with --stacks=off');
  report.check(/no stacks/.test(noStacks.missing), `--stacks=off: ${noStacks.missing}`);
}
report.finish();
