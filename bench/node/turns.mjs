// SPDX-License-Identifier: Apache-2.0
// What recording costs a server that runs already: one process, recorded in one second and paused in the next. Two processes differ by
// more than what there is to be seen. scripts/bench-turns calls it.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { packagesOf } from '../../tests/e2e/lib/packages.mjs';
import { program } from './one-run.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const now = () => Number(process.hrtime.bigint());
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const kWarmUp = 5000;
const kTurn = 1000;
// Nanoseconds: what was on its way when the state changed has been served by then.
const kSettled = 10e6;
// Work that no run gets done: the time is what ends it.
const kEndless = 1e4;

/** The CPU (ns) for each piece of work from `begin` to `end`; undefined where too little was done to tell. */
function costBetween(samples, begin, end) {
  const within = samples.filter(({ t }) => t >= begin && t <= end);
  if (within.length < 2) return undefined;
  const served = within.at(-1).served - within[0].served;
  return served > 0 ? ((within.at(-1).cpu_us - within[0].cpu_us) * 1000) / served : undefined;
}

/** Each turn against the mean of its two neighbours, which are of the other kind: what drifts slowly falls out. The logarithms. */
function differences(turns) {
  const found = [];
  for (let index = 1; index + 1 < turns.length; index++) {
    const [before, { cost, recorded }, after] = turns.slice(index - 1, index + 2);
    if (cost === undefined || before.cost === undefined || after.cost === undefined) continue;
    const difference = Math.log(cost) - (Math.log(before.cost) + Math.log(after.cost)) / 2;
    found.push(recorded ? difference : -difference);
  }
  return found;
}

/** The mean of the middle three fifths, and its standard error as turns that overlap allow. */
function estimate(turns) {
  const sorted = differences(turns).sort((a, b) => a - b);
  const fifth = Math.floor(sorted.length / 5);
  const middle = sorted.slice(fifth, sorted.length - fifth);
  const spread = Math.sqrt(mean(sorted.map((value) => (value - mean(sorted)) ** 2)));
  return { ratio: Math.exp(mean(middle)), error: 1.2 * spread / Math.sqrt(sorted.length), turns: sorted.length };
}

async function takeTurns(name, { node, slabscope, packages, seconds }) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'slabscope-turns-'));
  const env = { ...process.env, BENCH_PACKAGES: packages, BENCH_PROGRESS: '1', BENCH_SCALE: `${kEndless}` };
  const command = spawn(slabscope, ['record', '-o', path.join(out, 'run.slab'), '--', node, program(name)], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const samples = [];
  const port = new Promise((resolve, reject) => {
    readline.createInterface({ input: command.stdout }).on('line', (text) => {
      const line = JSON.parse(text);
      if (line.port) resolve(line.port);
      else samples.push(line);
    });
    command.on('exit', () => reject(new Error(`${name} has ended`)));
  });
  const load = spawn(process.execPath, [program(`${name}.load`), `${await port}`], { env, stdio: 'ignore' });
  try {
    await setTimeout(kWarmUp);
    const turns = [];
    for (let recorded = true; turns.length < seconds; recorded = !recorded) {
      await promisify(execFile)(slabscope, ['ctl', `${command.pid}`, recorded ? 'start' : 'stop']);
      const begin = now() + kSettled;
      await setTimeout(kTurn);
      turns.push({ recorded, begin, end: now() });
    }
    for (const turn of turns) turn.cost = costBetween(samples, turn.begin, turn.end);
    const costs = (wanted) => turns.filter(({ recorded, cost }) => recorded === wanted && cost !== undefined).map(({ cost }) => cost);
    return { ...estimate(turns), recorded: mean(costs(true)), paused: mean(costs(false)) };
  } finally {
    load.kill();
    command.kill();
    await new Promise((resolve) => (command.exitCode === null && command.signalCode === null ? command.on('exit', resolve) : resolve()));
    fs.rmSync(out, { recursive: true, force: true });
  }
}

const { values: given } = parseArgs({
  options: {
    build: { type: 'string' }, node: { type: 'string', multiple: true }, seconds: { type: 'string', default: '60' },
    program: { type: 'string', multiple: true, default: ['http', 'ws'] },
  },
});
const build = path.resolve(given.build);
const require = await packagesOf(path.join(here, 'packages'), 'bench', { build });
const context = { slabscope: path.join(build, 'bin', 'slabscope'), packages: path.dirname(require.resolve('./package.json')), seconds: Number(given.seconds) };
process.stdout.write('| program | Node | CPU of node while recorded, while paused = 1 | ns for each request, paused | recorded | turns |\n| --- | --- | ---: | ---: | ---: | ---: |\n');
for (const node of given.node) {
  const { stdout: version } = await promisify(execFile)(node, ['--version']);
  for (const name of given.program) {
    const { ratio, error, paused, recorded, turns } = await takeTurns(name, { ...context, node });
    process.stdout.write(`| ${name} | ${version.trim().slice(1)} | ${ratio.toFixed(3)} ± ${error.toFixed(3)} | ${paused.toFixed(0)} | ${recorded.toFixed(0)} | ${turns} |\n`);
  }
}
