// SPDX-License-Identifier: Apache-2.0
// Runs the real command: record, export and info.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Runs a command to its end. `onStart(child)` may signal it. Output is text. */
export function run(command, args, options = {}) {
  const { input, onStart, timeout = 600_000, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...spawnOptions });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeout);
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`cannot run ${command}: ${error.message}`));
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, stdout, stderr, timedOut });
    });
    child.stdin.end(input ?? '');
    onStart?.(child);
  });
}

/** `slabscope record -o FILE [options] -- node args`. Anything but the expected status is an error with its output. */
export async function record({ slabscope, node }, file, nodeArgs, options = {}) {
  const { recordOptions = [], expectStatus = 0, ...runOptions } = options;
  const args = ['record', '-o', file, ...recordOptions, '--', node, ...nodeArgs];
  const result = await run(slabscope, args, runOptions);
  if (expectStatus !== null && result.status !== expectStatus) {
    throw new Error(
      `slabscope ${args.join(' ')}\n  ended with ${result.status ?? result.signal}${result.timedOut ? ' (timed out)' : ''},` +
        ` not ${expectStatus}\n  stdout: ${result.stdout.slice(-2000)}\n  stderr: ${result.stderr.slice(-4000)}`,
    );
  }
  return result;
}

/** Calls `onEvent(object)` for every line of the export, in order, holding only one line at a time. */
export function exportJsonl({ slabscope }, file, onEvent) {
  return new Promise((resolve, reject) => {
    const child = spawn(slabscope, ['export', file, '--format', 'jsonl'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    let stderr = '';
    let lines = 0;
    let problem = null;
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      if (problem) return;
      const text = rest + chunk;
      let begin = 0;
      try {
        for (;;) {
          const end = text.indexOf('\n', begin);
          if (end < 0) break;
          lines += 1;
          onEvent(JSON.parse(text.slice(begin, end)));
          begin = end + 1;
        }
      } catch (error) {
        problem = new Error(`line ${lines} of the export of ${file}: ${error.stack}`);
      }
      rest = text.slice(begin);
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (problem) reject(problem);
      else if (status !== 0) reject(new Error(`slabscope export ${file} ended with ${status ?? signal}: ${stderr}`));
      else if (rest !== '') reject(new Error(`the export of ${file} ends in the middle of a line`));
      else resolve(lines);
    });
  });
}

/** `slabscope info FILE --json [--verify]`: the parsed answer and the command's status. */
export async function info({ slabscope }, file, { verify = false } = {}) {
  const result = await run(slabscope, ['info', file, ...(verify ? ['--verify'] : []), '--json']);
  let answer;
  try {
    answer = JSON.parse(result.stdout);
  } catch {
    throw new Error(`slabscope info ${file} --json ended with ${result.status}; stdout: ${result.stdout} stderr: ${result.stderr}`);
  }
  return { answer, status: result.status, stderr: result.stderr };
}

/** Waits for a collector that outlives the program it was started by. False where the recording is not finished within ten seconds. */
export async function becomesFinished(args, file) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const told = await info(args, file).catch(() => null); // null: not written yet
    if (told?.answer.finished) return true;
    await sleep(50);
  }
  return false;
}

/** All that is in the file, as text, its payloads unpacked. */
export async function unpacked(args, file) {
  const { status, stdout, stderr } = await run(args.node, [fileURLToPath(new URL('unpacked.mjs', import.meta.url)), file]);
  if (status !== 0 || !stdout.includes(args.version)) throw new Error(`${file} unpacked ended with ${status}, or does not have node's version: ${stderr}`);
  return stdout;
}
