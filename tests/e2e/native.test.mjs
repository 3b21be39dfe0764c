// SPDX-License-Identifier: Apache-2.0
// record --native: machine code above JavaScript and beneath, in order, by name and line; and none without it.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileAddon } from './lib/addons.mjs';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { lineOf } from './lib/lines.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record } from './lib/slabscope.mjs';

const args = parseArgs('native');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, 'addons', 'native.cpp');
const main = path.join(here, 'programs', 'native.cjs');

/** The frames of each store by its size, and of each slice by its length; what `info` says is missing. */
async function recorded(name, addon, ...recordOptions) {
  const file = path.join(args.work, `${name}.slab`);
  await record(args, file, [main, addon], { recordOptions });
  const definitions = new Definitions();
  const stacks = new Map();
  await exportJsonl(args, file, (event) => {
    if (definitions.take(event)) return;
    if (event.type === 'store_alloc') stacks.set(event.size, definitions.framesOf(event.stack));
    if (event.type === 'slice') stacks.set(event.length, definitions.framesOf(event.stack));
  });
  const { answer } = await info(args, file);
  return { stacks, answer };
}

const isNative = (frame) => frame.kind === 'native';
const shown = (frames) => frames.map((frame) => `\n    ${frame.kind} ${frame.function} ${frame.file}:${frame.line}`).join('');
const withoutNative = (frames) => frames.filter((frame) => !isNative(frame));
const same = (left, right) =>
  JSON.stringify(left.map(({ id, ...rest }) => rest)) === JSON.stringify(right.map(({ id, ...rest }) => rest));

/** Whether frames with these functions come in this order, others between them. */
function inOrder(frames, names) {
  let at = 0;
  for (const frame of frames) {
    if (at < names.length && (frame.function === names[at] || frame.function.startsWith(`${names[at]}(`))) at += 1;
  }
  return at === names.length;
}

const beneath = ['node::SpinEventLoop', 'node::Start'];
const spin = (frames) => frames.map((frame) => ({ ...frame, function: frame.function.replace('SpinEventLoopInternal', 'SpinEventLoop') }));

function checkOrder(frames, names, what) {
  if (!report.check(frames !== undefined, `${what}: no such store`)) return;
  report.check(inOrder(spin(frames), [...names, 'uv_run', ...beneath, '_start']), `${what}: not in the order of ${names}:${shown(frames)}`);
  report.check(frames.at(-1).function === '_start', `${what}: does not end with _start`);
  report.check(!frames.some((frame) => /libslabscope/.test(frame.function + frame.file)), `${what}: has a frame of the shim`);
  report.check(!frames.some((frame) => frame.function === '(no symbol)'), `${what}: has an address of no module${shown(frames)}`);
}

function checkLine(frames, name, line, what) {
  const frame = frames?.find((each) => each.function.startsWith(name));
  report.check(frame && path.basename(frame.file) === path.basename(source), `${what}: ${name} has no file`);
  report.equal(frame?.line, lineOf(source, `// line: ${line}`), `${what}: line of ${name}`);
}

const symbols = await compileAddon(args, 'native.cpp', ['-O2', '-g']);
const stripped = await compileAddon(args, 'native.cpp', ['-O2', '-s', '-fvisibility=hidden'], 'stripped');
const native = await recorded('native', symbols, '--native');
const plain = await recorded('plain', symbols);
const nameless = await recorded('nameless', stripped, '--native');

checkOrder(native.stacks.get(100_001), ['v8::internal::Builtin_ArrayBufferConstructor', 'fromJavaScript', 'onTurn'], 'made by JavaScript');
const addonFrames = ['napi_create_arraybuffer', 'sample::makeBuffer', 'sample::allocateOuter', 'sample::allocate'];
checkOrder(native.stacks.get(100_002), [...addonFrames, 'fromAddon', 'onTurn'], 'made by an addon');
checkOrder(native.stacks.get(100_003), [...addonFrames, 'called', 'napi_call_function', 'sample::callBack', 'viaCallback', 'onTurn'], 'made in a callback');
for (const size of [100_002, 100_003]) {
  const frames = native.stacks.get(size);
  checkLine(frames, 'sample::makeBuffer(', 'inlined', size);
  checkLine(frames, 'sample::allocateOuter(', 'outer', size);
  checkLine(frames, 'sample::allocate(', 'allocate', size);
}

checkLine(native.stacks.get(100_003), 'sample::callBack(', 'callBack', 100_003);

// What the agent itself is called by stands on no slice.
const slice = native.stacks.get(77) ?? [];
report.check(slice.length > 0 && !isNative(slice[0]), `a slice begins with machine code${shown(slice)}`);
report.check(inOrder(slice, ['allocUnsafe', 'onTurn', 'uv_run', 'node::Start']), `a slice lacks what is beneath${shown(slice)}`);

// Without --native, and apart from native frames: the same.
for (const [size, frames] of plain.stacks) {
  if (withoutNative(frames).length === 0) continue;
  report.check(!frames.some(isNative), `native frames without --native on ${size}${shown(frames)}`);
  if (size > 100_000) report.check(same(frames, withoutNative(native.stacks.get(size) ?? [])), `other JavaScript frames with --native on ${size}`);
}

const missing = (recording, name) => recording.answer.missing.find((each) => each.name === name)?.detail ?? '';
report.check(native.answer.capabilities.includes('native-frames'), 'native-frames is no capability');
report.check(!missing(native, 'native-symbols').includes(symbols), 'an addon with symbols is said to have none');
report.check(missing(nameless, 'native-symbols').includes(stripped), 'info does not say that the addon has no symbol table');
report.equal(missing(native, 'native-frames-beneath'), '', 'native frames beneath JavaScript');
const offsets = nameless.stacks.get(100_002)?.filter((frame) => /^stripped\.node\+0x[0-9a-f]+$/.test(frame.function)) ?? [];
report.check(offsets.length >= 1, 'frames of a stripped addon are not module+offset');
checkOrder(nameless.stacks.get(100_002), ['napi_create_arraybuffer', 'fromAddon', 'onTurn'], 'made by a stripped addon');

report.finish();
