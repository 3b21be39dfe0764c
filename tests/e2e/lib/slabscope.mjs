// SPDX-License-Identifier: Apache-2.0
// Runs the real command: record, export and info.
import { spawn } from 'node:child_process';

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
