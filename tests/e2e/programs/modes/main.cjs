// SPDX-License-Identifier: Apache-2.0
// Cuts slices, keeps them, says what it sees of itself, and ends with a status of its own.
'use strict';
const held = [];
for (let i = 0; i < 2000; i++) held.push(Buffer.allocUnsafe(40));
const big = Buffer.alloc(70_000);
console.log(held.length, big.length, held[5].subarray(3, 9).length, Buffer.name, Buffer.from('hello'));
console.log(process.argv.slice(2).join(), process.execArgv.length, typeof WebAssembly, typeof gc);
console.error('to stderr');
setTimeout(() => {
  process.exitCode = 7;
}, 20);
