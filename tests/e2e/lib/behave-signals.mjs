// SPDX-License-Identifier: Apache-2.0
// Signals that a person or a supervisor sends to a recorded program.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts a command; `waitFor(text)` resolves once its output holds `text`. */
function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  const running = { child, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (running.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (running.stderr += text));
  running.ended = new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal })));
  running.waitFor = async (text) => {
    const deadline = Date.now() + 30_000;
    while (!running.stdout.includes(text)) {
      if (Date.now() > deadline || child.exitCode !== null) {
        throw new Error(`waiting for "${text}"; stdout: ${running.stdout} stderr: ${running.stderr}`);
      }
      await sleep(20);
    }
  };
  return running;
}

const count = (text, what) => text.split(what).length - 1;

/** SIGINT and SIGTERM sent to slabscope alone reach the program's handlers. */
async function toSlabscope(args, program, report) {
  const file = path.join(args.work, 'signals.slab');
  const running = start(args.slabscope, ['record', '-o', file, '--', args.node, program, 'signals']);
  await running.waitFor('ready ');
  running.child.kill('SIGINT');
  await running.waitFor('SIGINT 1');
  running.child.kill('SIGTERM');
  const { status } = await running.ended;
  report.equal(count(running.stdout, 'SIGINT '), 1, 'times that SIGINT sent to slabscope reached the program');
  report.check(running.stdout.includes('SIGTERM after 1'), `SIGTERM sent to slabscope did not reach the program: ${running.stdout}`);
  report.equal(status, 12, 'status after SIGTERM was handled');
  report.check(fs.existsSync(file), 'no recording of a program that was sent signals');
}

/** Without a handler the program dies of the signal, and record says so. */
async function withoutHandler(args, program, report) {
  for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15]]) {
    const running = start(args.slabscope, ['record', '-o', path.join(args.work, 'dies.slab'), '--', args.node, program, 'no-handler']);
    await running.waitFor('ready ');
    running.child.kill(signal);
    report.equal((await running.ended).status, 128 + number, `status after ${signal} without a handler`);
  }
}

/**
 * A signal that another process sends to the whole process group arrives, and the program ends by its own handler.
 * Unlike one that a terminal sends, it cannot be told from one for slabscope alone, and so may be seen twice.
 */
async function toGroup(args, program, report) {
  const command = ['record', '-o', path.join(args.work, 'group.slab'), '--', args.node, program, 'signals'];
  const running = start(args.slabscope, command, { detached: true });
  await running.waitFor('ready ');
  process.kill(-running.child.pid, 'SIGINT');
  await running.waitFor('SIGINT 1');
  process.kill(-running.child.pid, 'SIGTERM');
  report.equal((await running.ended).status, 12, 'status after a SIGTERM to the process group');
}

/** Ctrl-C typed at a terminal is seen once. script(1) gives the terminal. */
async function ctrlC(args, program, report) {
  const quoted = [args.slabscope, 'record', '-o', path.join(args.work, 'terminal.slab'), '--', args.node, program, 'signals'];
  // Not every shell replaces itself by its last command; one that stays would die of the Ctrl-C itself.
  const command = `exec ${quoted.map((word) => `'${word}'`).join(' ')}`;
  const running = start('script', ['-qec', command, '/dev/null'], { env: { ...process.env, SHELL: '/bin/sh' } });
  await running.waitFor('ready ');
  running.child.stdin.write('\x03');
  await running.waitFor('SIGINT 1');
  await sleep(300);
  report.equal(count(running.stdout, 'SIGINT '), 1, 'times that Ctrl-C reached the program');
  process.kill(Number(/ready (\d+)/.exec(running.stdout)[1]), 'SIGTERM');
  report.equal((await running.ended).status, 12, 'status of a program at a terminal');
}

export async function checkSignals(args, program, report) {
  await toSlabscope(args, program, report);
  await withoutHandler(args, program, report);
  await toGroup(args, program, report);
  await ctrlC(args, program, report);
}
