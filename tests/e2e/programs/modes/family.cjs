// SPDX-License-Identifier: Apache-2.0
// Starts itself as a child in the way that the argument tells, down to a depth, and hands statuses up.
'use strict';
const { execSync, fork, spawnSync } = require('node:child_process');
const cluster = require('node:cluster');
const [way, depth = '2'] = process.argv.slice(2);
const held = [];
for (let i = 0; i < 2000; i++) held.push(Buffer.allocUnsafe(40));
console.log(way, depth, held.length, cluster.isPrimary);
const next = `${depth - 1}`;
const ways = {
  spawn() {
    const child = spawnSync(process.execPath, [__filename, way, next], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --no-warnings` } });
    process.stdout.write(child.stdout);
    process.exitCode = child.status;
  },
  exec() {
    const command = `"${process.execPath}" "${__filename}" ${way} ${next}; test $? = 5`;
    process.stdout.write(execSync(command, { encoding: 'utf8' }));
    process.exitCode = 5;
  },
  fork() {
    fork(__filename, [way, next]).on('exit', (status) => (process.exitCode = status));
  },
  cluster() {
    if (!cluster.isPrimary) return process.disconnect();
    cluster.setupPrimary({ args: [way, depth] });
    cluster.fork().on('exit', () => cluster.fork());
  },
};
if (depth !== '0') ways[way]();
else process.exitCode = 5;
