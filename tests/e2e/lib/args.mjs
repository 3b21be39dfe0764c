// SPDX-License-Identifier: Apache-2.0
// The command line every end-to-end test takes, and the folder it works in.
import fs from 'node:fs';
import path from 'node:path';

function usage(problem) {
  process.stderr.write(`${problem}\nusage: node NAME.test.mjs --build=DIR --node=PATH --version=20.20.2\n`);
  process.exit(2);
}

/**
 * Reads --build (where bin/slabscope is), --node (the node under test) and --version (what that node must be).
 * `work` is an empty folder of this test's own beneath the build folder.
 */
export function parseArgs(name) {
  const given = {};
  for (const argument of process.argv.slice(2)) {
    const match = /^--([a-z]+)(?:=(.*))?$/.exec(argument);
    if (!match) usage(`unknown argument "${argument}"`);
    given[match[1]] = match[2] ?? true;
  }
  for (const key of ['build', 'node', 'version']) {
    if (typeof given[key] !== 'string' || given[key] === '') usage(`--${key}= is missing`);
  }
  const build = path.resolve(given.build);
  const line = Number(given.version.split('.')[0]);
  const work = path.join(build, 'tests', 'e2e', `${name}-node${line}${given.variant ? `-${given.variant}` : ''}`);
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  return {
    ...given,
    build,
    work,
    line,
    node: path.resolve(given.node),
    slabscope: path.join(build, 'bin', 'slabscope'),
    shim: path.join(build, 'lib', 'libslabscope_preload.so'),
  };
}
