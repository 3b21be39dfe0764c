// SPDX-License-Identifier: Apache-2.0
// Runs the programs plain and under each tool, interleaved, and prints the medians of the ratios. scripts/bench calls it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { packagesOf } from '../../tests/e2e/lib/packages.mjs';
import { runOnce } from './one-run.mjs';
import { table } from './table.mjs';
import { applies, kPrograms, kVariants } from './variants.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: given } = parseArgs({
  options: {
    build: { type: 'string' }, node: { type: 'string', multiple: true }, rounds: { type: 'string', default: '5' }, scale: { type: 'string', default: '1' },
    program: { type: 'string', multiple: true }, variant: { type: 'string', multiple: true },
  },
});
const build = path.resolve(given.build);
const slabscope = path.join(build, 'bin', 'slabscope');
const wanted = (list, name) => !list || list.includes(name);

function told(recording) {
  const info = JSON.parse(execFileSync(slabscope, ['info', '--json', recording], { encoding: 'utf8', maxBuffer: 1 << 28 }));
  const { counts } = info;
  return { events: counts.store_alloc + counts.store_free + counts.slice + counts.slice_free, bytes: fs.statSync(recording).size, lost: info.lost_events };
}

async function once(program, variant, context) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'slabscope-bench-'));
  try {
    const figures = await runOnce(program, variant, { ...context, out });
    return variant.slabscope ? { ...figures, ...told(path.join(out, 'run.slab')) } : figures;
  } finally {
    fs.rmSync(out, { recursive: true, force: true });
  }
}

async function compare(node) {
  const require = await packagesOf(path.join(here, 'packages'), 'bench', { build });
  const packages = path.dirname(require.resolve('./package.json'));
  const context = { node, slabscope, packages, scale: Number(given.scale) };
  const results = {};
  for (let round = 0; round < Number(given.rounds); round++) {
    for (const program of kPrograms.filter((name) => wanted(given.program, name))) {
      for (const variant of kVariants) {
        if (variant.name !== 'plain' && !(wanted(given.variant, variant.name) && applies(variant, program))) continue;
        process.stderr.write(`round ${round + 1}: ${program}, ${variant.name}\n`);
        ((results[program] ??= {})[variant.name] ??= []).push(await once(program, variant, context));
      }
    }
  }
  return table(results);
}

for (const node of given.node) {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  process.stdout.write(`### Node ${version}\n\n${await compare(node)}\n`);
}
