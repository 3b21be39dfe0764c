// SPDX-License-Identifier: Apache-2.0
// The oracle program: CommonJS first, then an ES module and a worker at the same time.
'use strict';
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const core = require('./core.cjs');

const options = JSON.parse(process.env.ORACLE_OPTIONS);
const log = (phase) => path.join(options.logs, `${phase}.json`);
process.noDeprecation = true;

core.seed(options.seed);
require('./sites-plain.cjs');
require('./sites-unicode.cjs');
require('./sites-compiled.cjs');
core.run('commonjs', { ...options, count: options.commonjs, file: log('commonjs') });

const worker = new Worker(path.join(__dirname, 'worker.cjs'));
worker.once('message', async () => {
  await import('./module.mjs');
});
