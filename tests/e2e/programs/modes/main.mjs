// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';

const held = [];
for (let i = 0; i < 2000; i++) held.push(Buffer.from('x'.repeat(20)));
console.log(held.length, existsSync('.'), import.meta.url.startsWith('file:'));
