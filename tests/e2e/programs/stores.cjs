// SPDX-License-Identifier: Apache-2.0
// One store of every kind, each of its own size, then none of them.
'use strict';
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
let held = [];
async function main() {
  performance.mark('begin');
  held.push(new ArrayBuffer(70001)); // arraybuffer
  held.push(new Uint8Array(70002)); // arraybuffer
  held.push(new Float64Array(9001)); // arraybuffer
  held.push(new SharedArrayBuffer(70003)); // shared
  held.push(Buffer.alloc(70004)); // arraybuffer
  held.push(Buffer.allocUnsafeSlow(70005)); // arraybuffer
  held.push(Buffer.allocUnsafe(70006)); // arraybuffer
  held.push(new Uint8Array(64)); // nothing
  held.push(new Uint8Array(65)); // arraybuffer
  held.push(Buffer.alloc(64)); // nothing
  held.push(Buffer.alloc(0)); // nothing
  held.push(new ArrayBuffer(0)); // nothing
  held.push(new ArrayBuffer(1)); // arraybuffer
  held.push(new DataView(new ArrayBuffer(70007))); // arraybuffer
  held.push(new Uint8Array(48).buffer); // arraybuffer
  held.push(held[0].slice(1, 60001)); // arraybuffer
  held.push(Buffer.concat([held[1], held[1]])); // arraybuffer
  held.push(structuredClone(new Uint8Array(0))); // nothing
  // A search for bytes makes a Buffer of its own inside Node.
  held.push(Buffer.from('some text to look in').indexOf('6c6f6f6b', 0, 'hex')); // slices 2
  performance.mark('end');
  held = null;
  for (let i = 0; i < 4; i++) {
    gc();
    await turn();
  }
  performance.mark('collected');
}
main();
