// SPDX-License-Identifier: Apache-2.0
// However a program ends, it ends as it does without slabscope, and the recording is whole up to there.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Definitions } from './definitions.mjs';
import { lineOf } from './lines.mjs';
import { exportJsonl, info, run } from './slabscope.mjs';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'programs', 'ends.cjs');
const countedLine = lineOf(program, '// counted');
const kSignals = os.constants.signals;

// Crash reports are made of addresses, times and sizes; that there is one, and why, must be the same.
const gist = (text) =>
  text
    .split('\n')
    .filter((line) => /FATAL ERROR|Error:|Node\.js v/.test(line) && !line.startsWith('slabscope: '))
    .join('\n');

async function counted(args, file) {
  const definitions = new Definitions();
  let slices = 0;
  await exportJsonl(args, file, (event) => {
    if (definitions.take(event) || event.type !== 'slice') return;
    if (definitions.programFrame(event.stack, program)?.line === countedLine) slices += 1;
  });
  return slices;
}

export async function checkEnds(args, report) {
  // A core file would hold what every process of this machine's tests had in its memory.
  const limited = (command) => ['sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', ...command]];
  const names = (await run(args.node, [program, 'list'])).stdout.trim().split('\n');
  for (const name of names) {
    const heap = name === 'out-of-memory' ? ['--max-old-space-size=30'] : [];
    const command = [args.node, ...heap, program, name, args.addon];
    const options = { cwd: args.work, timeout: 120_000 };
    const plain = await run(...limited(command), options);
    const file = path.join(args.work, 'end.slab');
    const recorded = await run(...limited([args.slabscope, 'record', '-o', file, '--', ...command]), options);

    const status = plain.signal ? 128 + kSignals[plain.signal] : plain.status;
    report.equal(recorded.status, status, `${name}: status`);
    report.equal(recorded.stdout, plain.stdout, `${name}: stdout`);
    report.equal(gist(recorded.stderr), gist(plain.stderr), `${name}: what is said on stderr`);
    const { answer, status: sound } = await info(args, file, { verify: true });
    report.equal(sound, 0, `${name}: status of info --verify (${JSON.stringify(answer.problems)})`);
    report.equal(answer.lost_events, 0, `${name}: lost events`);
    report.equal(answer.end.kind, plain.signal ? 'signal' : 'exit', `${name}: how info says that it ended`);
    report.equal(answer.end.status, plain.signal ? kSignals[plain.signal] : plain.status, `${name}: the status that info tells`);
    report.equal(`made ${await counted(args, file)}\n`, plain.stdout, `${name}: Buffers in the recording`);
    report.figure(name, plain.signal ?? `status ${plain.status}`);
    fs.rmSync(file);
  }
}
