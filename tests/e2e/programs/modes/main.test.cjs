// SPDX-License-Identifier: Apache-2.0
'use strict';
const assert = require('node:assert');
const test = require('node:test');
const held = [];
for (let i = 0; i < 2000; i++) held.push(Buffer.allocUnsafe(40));
test('a view of a Buffer', () => assert.equal(held[0].subarray(1).length, 39));
