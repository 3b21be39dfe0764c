// SPDX-License-Identifier: Apache-2.0
// Runs one program once, in one way, and tells what it has cost: the program itself, and what ran beside it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
/** The path of a program of the benchmark. */
export const program = (name) => path.join(here, 'programs', `${name}.cjs`);

// bash adds up the CPU of all that it has waited for, which node cannot tell of its children; the pid is for their memory.
const kTimed = '"$@" & echo $! >&3; wait $!; status=$?; times >&3; exit $status';

/** "0m1.234s" in microseconds. */
function microseconds(text) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text);
  return (Number(minutes) * 60 + Number(seconds)) * 1e6;
}

/** The largest resident size so far of a process that still runs, in KiB. */
function highWater(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function startLoad(name, port, env) {
  const load = spawn(process.execPath, [program(`${name}.load`), `${port}`], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => load.on('exit', (status) => (status === 0 ? resolve() : reject(new Error(`the load on ${name} failed`)))));
}

/**
 * `context`: node, slabscope, packages, out (an empty folder), scale. The answer: what the program printed of itself (bench/node/measured.cjs),
 * `others_us`, the CPU of everything that ran beside it, and `beside_kib`, the largest resident size of the command that started it.
 */
export function runOnce(name, variant, context) {
  const env = { ...process.env, BENCH_PACKAGES: context.packages, BENCH_SCALE: `${context.scale}` };
  const command = variant.command(context, [context.node, program(name)]);
  const child = spawn('bash', ['-c', kTimed, 'bash', ...command], { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const text = ['', '', '', ''];
  let load = Promise.resolve();
  let beside = 0;
  const look = setInterval(() => { beside = Math.max(beside, highWater(Number.parseInt(text[3], 10))); }, 20);
  for (const stream of [1, 2, 3]) child.stdio[stream].setEncoding('utf8').on('data', (chunk) => {
    text[stream] += chunk;
    const port = stream === 1 && /^\{"port":(\d+)\}$/m.exec(text[1]);
    if (!port) return;
    text[1] = text[1].replace(port[0], '');
    load = startLoad(name, port[1], env);
    load.catch(() => child.kill());
  });
  return new Promise((resolve, reject) => {
    child.on('close', async (status) => {
      clearInterval(look);
      try {
        await load;
        if (status !== 0) throw new Error(`status ${status}: ${text[2]}`);
        const told = text[1].split('\n').find((line) => line.startsWith('{"cpu_us"'));
        const figures = JSON.parse(told);
        const children = text[3].trim().split('\n').at(-1).split(' ').reduce((sum, part) => sum + microseconds(part), 0);
        resolve({ ...figures, others_us: Math.max(0, children - figures.cpu_us), beside_kib: beside });
      } catch (error) {
        reject(new Error(`${variant.name} ${name}: ${error.message}`));
      }
    });
  });
}
