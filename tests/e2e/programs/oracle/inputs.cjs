// SPDX-License-Identifier: Apache-2.0
// What the oracle program's calls are made with: seeded chance, sizes, and values of every sort.
'use strict';

const kMost = 200_000;

let state = 0;
function seed(value) {
  state = value >>> 0;
}
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);

const pool = Buffer.poolSize;
const kDense = [
  0, 0, 1, 1, 2, 3, 7, 8, 8, 9, 15, 16, 17, 40, 63, 64, 64, 65, 66, 100, 127, 128, 129, 255, 256, 1000,
  pool / 8, pool / 2 - 2, pool / 2 - 1, pool / 2 - 1, pool / 2, pool / 2, pool / 2 + 1, pool - 1, pool, pool, pool + 1,
];
function size() {
  const choice = random();
  if (choice < 0.55) return kDense[below(kDense.length)];
  if (choice < 0.75) return below(200);
  if (choice < 0.97) return Math.floor(Math.exp(random() * Math.log(kMost + 1))) - 1;
  return kMost - below(1000);
}

// ---- inputs: made before begin, and all of them off V8's heap, so that using one makes no store of its own.

const kLetters = ['abcdefgh', 'né à ü', '漢字仮名', '😀😁 mixed é漢'];
function textOf(length, letters) {
  let text = '';
  while (text.length < length) text += letters;
  return text.slice(0, length);
}

// A rope or a sliced string would be flattened at its first use, which is V8's affair; a flat copy keeps sites alike.
const flat = (text) => JSON.parse(JSON.stringify(text));

const inputs = { string: {}, array: [], buffer: [], uint8: [], uint16: [], arraybuffer: [], shared: [], list: [] };
function makeInputs() {
  const lengths = [0, 1, 2, 3, 5, 8, 15, 63, 64, 65, 100, 300, 1000, pool / 8, pool / 8 + 1, pool / 4, pool / 2 - 1, pool / 2, pool];
  if (process.versions.node.startsWith('18.')) lengths.splice(lengths.indexOf(pool / 4));
  const plain = ['utf8', 'utf16le', 'latin1', 'ascii', ''];
  for (const encoding of plain) {
    inputs.string[encoding] = lengths.flatMap((length) => kLetters.map((letters) => flat(textOf(length, letters))));
  }
  const bytes = (length) => Buffer.from(textOf(length, 'slab é 漢字'), 'utf8').subarray(0, length);
  for (const encoding of ['base64', 'base64url', 'hex']) {
    inputs.string[encoding] = lengths.flatMap((length) => [
      flat(bytes(length).toString(encoding)),
      flat(bytes(length + 1).toString(encoding).slice(0, length)),
    ]);
  }
  for (const length of [0, 1, 8, 63, 64, 65, 300, 2000, pool / 2 - 1, pool / 2]) {
    inputs.array.push(Array.from({ length }, (_, index) => index & 255));
  }
  const offHeap = (Kind, count) => new Kind(new ArrayBuffer(count * Kind.BYTES_PER_ELEMENT));
  for (const length of [0, 1, 8, 31, 32, 33, 64, 65, 300, 2000, pool / 4, pool / 2 - 1, pool / 2, 3 * pool]) {
    inputs.uint8.push(offHeap(Uint8Array, length));
    inputs.uint16.push(offHeap(Uint16Array, length));
    inputs.buffer.push(Buffer.from(new ArrayBuffer(length)));
    inputs.arraybuffer.push(new ArrayBuffer(length));
    inputs.shared.push(new SharedArrayBuffer(length));
  }
  for (let index = 0; index < 60; index++) {
    inputs.list.push(Array.from({ length: index % 7 }, () => inputs.buffer[below(inputs.buffer.length)]));
  }
}

module.exports = { seed, random, below, size, inputs, makeInputs };
