// SPDX-License-Identifier: Apache-2.0
// Which makers of Buffers cut from the pool: each keeps one of 100 bytes.
//
//   build/bin/slabscope record -o factories.slab -- node examples/pool-factories.js
//   build/bin/slabscope report factories.slab --by line --cost allocations
'use strict';

const text = 'x'.repeat(100);
const array = Array.from(text, (letter) => letter.charCodeAt(0));
const source = Buffer.alloc(100);
const kept = [];

kept.push(Buffer.allocUnsafe(100));
kept.push(Buffer.from(text));
kept.push(Buffer.from(array));
kept.push(Buffer.from(source));
kept.push(Buffer.concat([source]));
kept.push(Buffer.copyBytesFrom(source));

kept.push(Buffer.alloc(100));
kept.push(Buffer.alloc(100, 'x'));
kept.push(Buffer.of(...array));
kept.push(Buffer.allocUnsafeSlow(100));
kept.push(require('node:crypto').randomBytes(100));
