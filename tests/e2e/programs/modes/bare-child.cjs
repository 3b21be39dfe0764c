// SPDX-License-Identifier: Apache-2.0
// Starts children that lack the preloaded library but inherit the rest, as in a new root: what node options do they see?
'use strict';
const { execSync, spawnSync } = require('node:child_process');
const held = [];
for (let i = 0; i < 2000; i++) held.push(Buffer.allocUnsafe(40));
const { LD_PRELOAD, ...env } = process.env;
const show = 'console.log(process.env.NODE_OPTIONS, process.env.SLABSCOPE_PID)';
for (const more of [{}, { NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --no-warnings` }]) {
  const options = { encoding: 'utf8', env: { ...env, ...more } };
  console.log(spawnSync(process.execPath, ['-e', show], options).stdout);
  console.log(execSync(`"${process.execPath}" -e '${show}'`, options));
}
