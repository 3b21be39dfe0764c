// SPDX-License-Identifier: Apache-2.0
// Addons that a test compiles against the headers of the Node under test.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './slabscope.mjs';

const kSources = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'addons');

/** Compiles tests/e2e/addons/SOURCE (C or C++) into the test's folder and answers where the addon is. `options` are the compiler's. */
export async function compileAddon(args, source, options = [], name = path.parse(source).name) {
  const headers = path.join(path.dirname(args.node), '..', 'include', 'node');
  const addon = path.join(args.work, `${name}.node`);
  const language = source.endsWith('.c') ? [] : ['-std=c++20', '-w'];
  const command = ['-shared', '-fPIC', ...language, ...options, `-I${headers}`, path.join(kSources, source), '-o', addon];
  const outcome = await run(source.endsWith('.c') ? 'gcc' : 'g++', command);
  if (outcome.status !== 0) throw new Error(`${source} does not compile: ${outcome.stderr.slice(0, 2000)}`);
  return addon;
}
