// SPDX-License-Identifier: Apache-2.0
// Stores that grow in place. Writes down what Node says of each, in the order of their births, then drops them all.
'use strict';
const fs = require('fs');
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
const line = () => Number(/:(\d+):\d+\)?$/.exec(new Error().stack.split('\n')[3])[1]);
const log = [];

// Steps that change nothing in whole pages are no event.
function note(kind, limit, buffer) {
  const entry = { kind, limit, line: line(), sizes: [] };
  log.push(entry);
  return (bytes = buffer().byteLength) => entry.sizes.push(bytes);
}

function resizable() {
  if (!ArrayBuffer.prototype.resize) return;
  const one = new ArrayBuffer(5000, { maxByteLength: 1_000_000 }); const seen = note('resizable', 1_000_000, () => one);
  seen();
  for (const size of [20_000, 100, 1_000_000, 0]) {
    one.resize(size);
    seen();
  }
  const empty = new ArrayBuffer(0, { maxByteLength: 70_000 }); const late = note('resizable', 70_000, () => empty);
  empty.resize(1);
  late();
  const shared = new SharedArrayBuffer(10, { maxByteLength: 100_000 }); const grown = note('resizable', 100_000, () => shared);
  grown();
  shared.grow(50_000);
  grown();
  const view = new ArrayBuffer(64, { maxByteLength: 8192 }); note('resizable', 8192, () => view)();
  if (Buffer.from(view, 8, 16).length !== 16) throw new Error('no Buffer over a resizable store');
}

// A module of one memory of one page that it exports as `m`.
const kModule = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 5, 4, 1, 1, 1, 8, 7, 5, 1, 1, 109, 2, 0);

function wasm() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 100 }); const seen = note('wasm', 6_553_600, () => memory.buffer);
  seen();
  memory.grow(2);
  seen();
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 9, shared: true }); const grown = note('wasm', 589_824, () => shared.buffer);
  grown();
  shared.grow(8);
  grown();
  const module = new WebAssembly.Module(kModule);
  const instance = new WebAssembly.Instance(module); note('wasm', 524_288, () => instance.exports.m.buffer)();
}

async function main() {
  performance.mark('begin');
  resizable();
  wasm();
  performance.mark('end');
  fs.writeFileSync(process.argv[2], JSON.stringify(log));
  for (let i = 0; i < 4; i++) {
    gc();
    await turn();
  }
  performance.mark('collected');
}
main();
