// SPDX-License-Identifier: Apache-2.0
// A test that fails when code leaks slabs of Node's Buffer pool, or any other memory of Buffers, and says which line holds them.
// Plain Node (20 or later) and `slabscope`, which $SLABSCOPE or the PATH names; nothing else.
//
//   import { test } from 'node:test';
//   import { noSlabLeak } from './no-slab-leak.mjs';
//   test('a session keeps no slab', () => noSlabLeak(new URL('./sessions.mjs', import.meta.url), 'openSession'));
//
// The function is called `warmUp` times in a process of its own, so that caches and pools are what they will be, and then `rounds` times more.
// Behind both a full collection and a mark; `slabscope diff` tells what is held at the second mark and was not at the first. What grows
// with the number of calls is a leak; what the function keeps once is not.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const WARMED_UP = 'no-slab-leak: warmed up';
const DONE = 'no-slab-leak: done';

/** What was held grew by more than is allowed. The message says by which lines. */
export class SlabLeakError extends Error {
  name = 'SlabLeakError';
}

/**
 * Rejects with a SlabLeakError when calls of a function leave Buffers behind, and with an Error when it cannot tell.
 *
 * @param {URL|string} module      the module that exports the function
 * @param {string} name            the function's name there; it gets the number of the call, and may return a promise
 * @param {object} [options]
 * @param {number} [options.warmUp]  calls before the first mark (200)
 * @param {number} [options.rounds]  calls after it (1000)
 * @param {string[]} [options.failIf]  conditions of `slabscope diff --fail-if` (['store_bytes > +512KiB'])
 * @param {string} [options.keep]  where to keep the recording, also when the test passes (it is deleted)
 * @param {string} [options.slabscope]  the command ($SLABSCOPE, or slabscope)
 */
export async function noSlabLeak(module, name, options = {}) {
  const { warmUp = 200, rounds = 1000, failIf = ['store_bytes > +512KiB'] } = options;
  const slabscope = options.slabscope ?? process.env.SLABSCOPE ?? 'slabscope';
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'no-slab-leak-'));
  const recording = options.keep ?? path.join(folder, 'run.slab');
  try {
    const program = [SELF, 'run', asUrl(module), name, String(warmUp), String(rounds)];
    const recorded = run(slabscope, ['record', '-o', recording, '--', process.execPath, '--expose-gc', ...program]);
    if (recorded.status !== 0) throw new Error(`${name} could not be recorded:\n${recorded.stdout}${recorded.stderr}`);
    beSure(JSON.parse(run(slabscope, ['info', '--json', recording]).stdout));
    const conditions = failIf.flatMap((condition) => ['--fail-if', condition]);
    const marks = ['--old-at', WARMED_UP, '--at', DONE];
    const diff = run(slabscope, ['diff', recording, recording, ...marks, ...conditions]);
    if (diff.status === 1) {
      throw new SlabLeakError(`${rounds} calls of ${name} leave memory behind\n${diff.stderr}\n${diff.stdout}`);
    }
    if (diff.status !== 0) throw new Error(`the recording of ${name} could not be compared:\n${diff.stderr}`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function asUrl(module) {
  if (module instanceof URL) return module.href;
  return module.startsWith('file:') ? module : pathToFileURL(path.resolve(module)).href;
}

function run(command, args) {
  const ran = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (ran.error) throw new Error(`${command} cannot be run: ${ran.error.message}; set SLABSCOPE to where it is`);
  return ran;
}

// A recording that lacks what the verdict rests on could let a leak pass.
function beSure({ capabilities, lost_events: lost }) {
  const lacking = ['stores', 'slices', 'liveness', 'stacks'].filter((name) => !capabilities.includes(name));
  if (lacking.length > 0) throw new Error(`not recorded: ${lacking.join(', ')}; is node run with --permission or --no-addons?`);
  if (lost > 0) throw new Error(`${lost} events were lost, so that figures may be wrong; run fewer rounds, or fewer tests at once`);
}

// Twice, with a turn of the event loop in between: what a finalizer lets go is garbage only after it has run.
async function collectAll() {
  for (let i = 0; i < 2; i++) {
    await nextTurn();
    globalThis.gc();
  }
  await nextTurn();
}

// The process that is recorded.
async function runRounds(module, name, warmUp, rounds) {
  const call = (await import(module))[name];
  if (typeof call !== 'function') throw new TypeError(`${module} exports no function ${name}`);
  for (let i = 0; i < warmUp; i++) await call(i);
  await collectAll();
  performance.mark(WARMED_UP);
  for (let i = 0; i < rounds; i++) await call(warmUp + i);
  await collectAll();
  performance.mark(DONE);
  process.exit(); // what the module has left open (servers, timers) does not matter any more
}

if (process.argv[1] === SELF && process.argv[2] === 'run') {
  const [module, name, warmUp, rounds] = process.argv.slice(3);
  await runRounds(module, name, Number(warmUp), Number(rounds));
}
