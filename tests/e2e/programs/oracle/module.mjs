// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import core from './core.cjs';
import './sites-module.mjs';

const options = JSON.parse(process.env.ORACLE_OPTIONS);
core.seed(options.seed + 1);
core.run('module', { ...options, count: options.module, file: path.join(options.logs, 'module.json') });
