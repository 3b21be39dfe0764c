// SPDX-License-Identifier: Apache-2.0
// Where small Buffers go: what Node itself says, to compare with what a recording says.
//
//   build/bin/slabscope record -o basics.slab -- node examples/pool-basics.js
//   build/bin/slabscope export basics.slab --format jsonl
//
// In the recording: four "slice" events of length 4 in one store of kind "pool", 8 bytes apart, as if Buffer.alloc had
// not been called in between. That Buffer lives on V8's heap and gets a "store_alloc" of 4 bytes only when its `.buffer`
// is read, in `place`. Half the pool's size is a store of its own, one byte less a fifth slice.
'use strict';

// First all Buffers, then the printing: console.log cuts Buffers from the pool too.
const first = Buffer.allocUnsafe(4);
const second = Buffer.allocUnsafe(4);
const third = Buffer.allocUnsafe(4);
const own = Buffer.alloc(4);
const fourth = Buffer.allocUnsafe(4);
const half = Buffer.allocUnsafe(Buffer.poolSize >>> 1);
const below = Buffer.allocUnsafe((Buffer.poolSize >>> 1) - 1);

const place = (buffer) =>
  buffer.buffer === first.buffer
    ? `the slab of the first, at +${buffer.byteOffset - first.byteOffset}`
    : `another ArrayBuffer, of ${buffer.buffer.byteLength} bytes, at ${buffer.byteOffset}`;

console.log(`node ${process.version}: Buffer.poolSize is ${Buffer.poolSize}`);
console.log(`first                 starts at ${first.byteOffset} of a slab of ${first.buffer.byteLength} bytes`);
console.log(`second                ${place(second)}`);
console.log(`third                 ${place(third)}`);
console.log(`Buffer.alloc(4)       ${place(own)}`);
console.log(`fourth                ${place(fourth)}`);
console.log(`poolSize / 2          ${place(half)}`);
console.log(`poolSize / 2 - 1      ${place(below)}`);
