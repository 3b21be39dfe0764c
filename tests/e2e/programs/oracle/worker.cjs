// SPDX-License-Identifier: Apache-2.0
'use strict';
const path = require('node:path');
const { parentPort } = require('node:worker_threads');
const core = require('./core.cjs');

const options = JSON.parse(process.env.ORACLE_OPTIONS);
process.noDeprecation = true;
core.seed(options.seed + 2);
require('./sites-worker.cjs');
parentPort.postMessage('ready');
core.run('worker', { ...options, count: options.worker, file: path.join(options.logs, 'worker.json') });
