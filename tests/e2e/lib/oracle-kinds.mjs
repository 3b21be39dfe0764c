// SPDX-License-Identifier: Apache-2.0
// The kinds of allocation that the oracle program makes.
//
//   input  how the program prepares x, a and b before the call (prepare() in programs/oracle/core.cjs)
//   text   the call; `^` stands before the token that V8 reports as the position of the call: the property name of a
//          method call, `new` of a construction
//   rule   what the call must leave in a recording (oracle-expect.mjs)
//            fresh   a Buffer or typed array of its own: one store, or none up to 64 bytes (those live on V8's heap)
//            cut     what the value itself says: a slice when its ArrayBuffer is larger than it, else a store
//            whole   an ArrayBuffer or SharedArrayBuffer: one store
//            view    a Buffer over the memory of an earlier one
//            over    a Buffer over an ArrayBuffer that was there before
//   needs  in which of the ways that differ from release to release (oracle-ways.mjs) there is such a call
//   untold nobody tells a recorder which slice such a view is made from: it can only be placed by its byte range

const kEncodings = ['utf8', 'utf16le', 'latin1', 'ascii', 'base64', 'base64url', 'hex'];

const kKinds = [
  { name: 'alloc', input: 'size', text: 'Buffer.^alloc(x)', rule: 'fresh' },
  { name: 'alloc-byte', input: 'size', text: 'Buffer.^alloc(x, 7)', rule: 'fresh' },
  { name: 'allocUnsafe', input: 'size', text: 'Buffer.^allocUnsafe(x)', rule: 'cut', weight: 6 },
  { name: 'allocUnsafeSlow', input: 'size', text: 'Buffer.^allocUnsafeSlow(x)', rule: 'fresh' },
  { name: 'allocUnsafe-aligned', input: 'size', text: 'Buffer.^allocUnsafe(x, 32)', rule: 'cut', needs: 'alignsSlices' },
  { name: 'allocUnsafeSlow-aligned', input: 'size', text: 'Buffer.^allocUnsafeSlow(x, 128)', rule: 'cut', needs: 'alignsSlices' },
  { name: 'from-string', input: 'string', text: 'Buffer.^from(x)', rule: 'cut', weight: 2 },
  ...kEncodings.map((encoding) => ({
    name: `from-${encoding}`,
    input: 'string',
    encoding,
    text: `Buffer.^from(x, '${encoding}')`,
    rule: 'cut',
  })),
  { name: 'new-Buffer-string', input: 'string', text: '^new Buffer(x)', rule: 'cut' },
  { name: 'Buffer-string', input: 'string', text: '^Buffer(x)', rule: 'cut' },
  { name: 'new-Buffer-size', input: 'size', text: '^new Buffer(x)', rule: 'fresh' },
  { name: 'from-array', input: 'array', text: 'Buffer.^from(x)', rule: 'cut' },
  { name: 'from-buffer', input: 'buffer', text: 'Buffer.^from(x)', rule: 'cut' },
  { name: 'from-uint8', input: 'uint8', text: 'Buffer.^from(x)', rule: 'cut' },
  { name: 'from-uint16', input: 'uint16', text: 'Buffer.^from(x)', rule: 'cut' },
  { name: 'from-arraybuffer', input: 'arraybuffer', text: 'Buffer.^from(x, a, b)', rule: 'over' },
  { name: 'from-arraybuffer-whole', input: 'arraybuffer', text: 'Buffer.^from(x)', rule: 'over' },
  { name: 'from-shared', input: 'shared', text: 'Buffer.^from(x, a, b)', rule: 'over' },
  { name: 'concat', input: 'list', text: 'Buffer.^concat(x)', rule: 'cut' },
  { name: 'concat-longer', input: 'list', text: 'Buffer.^concat(x, a)', rule: 'cut' },
  { name: 'concat-shorter', input: 'list', text: 'Buffer.^concat(x, b)', rule: 'cut' },
  { name: 'copyBytesFrom', input: 'uint16', text: 'Buffer.^copyBytesFrom(x)', rule: 'cut' },
  { name: 'copyBytesFrom-part', input: 'uint16', text: 'Buffer.^copyBytesFrom(x, a, b)', rule: 'cut' },
  { name: 'of', input: 'array', text: 'Buffer.^of(...x)', rule: 'fresh' },
  { name: 'ArrayBuffer', input: 'size', text: '^new ArrayBuffer(x)', rule: 'whole' },
  { name: 'ArrayBuffer-slice', input: 'arraybuffer', text: 'x.^slice(a, a + b)', rule: 'whole' },
  { name: 'SharedArrayBuffer', input: 'size', text: '^new SharedArrayBuffer(x)', rule: 'whole' },
  { name: 'Uint8Array', input: 'size', text: '^new Uint8Array(x)', rule: 'fresh' },
  { name: 'Uint8ClampedArray', input: 'size', text: '^new Uint8ClampedArray(x)', rule: 'fresh' },
  { name: 'Uint16Array', input: 'size', text: '^new Uint16Array(x >>> 1)', rule: 'fresh' },
  { name: 'Float64Array', input: 'size', text: '^new Float64Array(x >>> 3)', rule: 'fresh' },
  { name: 'BigInt64Array', input: 'size', text: '^new BigInt64Array(x >>> 3)', rule: 'fresh' },
  { name: 'Uint8Array-array', input: 'array', text: '^new Uint8Array(x)', rule: 'fresh' },
  { name: 'Uint8Array-from', input: 'array', text: 'Uint8Array.^from(x)', rule: 'fresh' },
  { name: 'subarray', input: 'parent', text: 'x.^subarray(a, b)', rule: 'view', weight: 3 },
  { name: 'subarray-open', input: 'parent', text: 'x.^subarray(a)', rule: 'view' },
  { name: 'subarray-whole', input: 'parent', text: 'x.^subarray()', rule: 'view' },
  { name: 'slice', input: 'parent', text: 'x.^slice(a, b)', rule: 'view', weight: 2 },
  { name: 'slice-negative', input: 'parent', text: 'x.^slice(-a, -1)', rule: 'view' },
  { name: 'Uint8Array-subarray', input: 'parent', text: 'Uint8Array.prototype.subarray.^call(x, a, b)', rule: 'view', untold: true },
  { name: 'Uint8Array-slice', input: 'parent', text: 'Uint8Array.prototype.slice.^call(x, a, b)', rule: 'fresh' },
  { name: 'map', input: 'smallparent', text: 'x.^map(core.same)', rule: 'fresh' },
];

/** The kinds that a node has; `ways` is what waysOf() tells of it. */
export function kindsOf(ways) {
  return kKinds.filter(({ needs }) => needs === undefined || ways[needs]);
}
