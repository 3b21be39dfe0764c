// SPDX-License-Identifier: Apache-2.0
// Makes a store by each source of stores there is, one after the other between marks "begin:NAME" and "end:NAME", keeps
// all of them until the mark "held", and drops them. Writes down what each was.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const v8 = require('v8');
const zlib = require('zlib');
const { MessageChannel } = require('worker_threads');
const [, , logFile, externalsFile, storesFile] = process.argv;
const externals = require(externalsFile);
const stores = require(storesFile);

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
const text = fs.readFileSync(__filename, 'utf8').split('\n');
const log = [];
const held = [];
const start = { arrayBuffers: process.memoryUsage().arrayBuffers };

/**
 * Runs one source. Its line here is the one of `name`, its column that of the text before "/*at" on that line; without
 * it the store has no caller in this file. `make` returns what has to be kept, `size` what the store must have.
 */
async function source(name, kind, size, make, more = {}) {
  const line = text.findIndex((each) => each.includes(`source('${name}',`)) + 1;
  const found = /([A-Za-z.]+|new \w+(\.\w+)?)\(\/\*at/.exec(text[line - 1]);
  const column = found ? found.index + 1 + (found[1].startsWith('new ') ? 0 : found[1].lastIndexOf('.') + 1) : null;
  performance.mark(`begin:${name}`);
  const made = await make();
  performance.mark(`end:${name}`);
  held.push(made);
  log.push({ name, kind, size: typeof size === 'function' ? size(made) : size, line, column, ...more });
}

const ofJavaScript = async () => {
  await source('array buffer', 'arraybuffer', 61001, () => new ArrayBuffer(/*at*/ 61001));
  await source('typed array', 'arraybuffer', 61002, () => new Uint8Array(/*at*/ 61002));
  await source('shared array buffer', 'shared', 61003, () => new SharedArrayBuffer(/*at*/ 61003));
  await source('alloc', 'arraybuffer', 61004, () => Buffer.alloc(/*at*/ 61004));
  await source('allocUnsafe', 'arraybuffer', 61005, () => Buffer.allocUnsafe(/*at*/ 61005));
  await source('allocUnsafeSlow', 'arraybuffer', 101, () => Buffer.allocUnsafeSlow(/*at*/ 101));
  await source('slab', 'pool', (kept) => kept.at(-1).buffer.byteLength, () => Array.from({ length: 40 }, () => Buffer.allocUnsafe(/*at*/ Buffer.poolSize / 2 - 1)), { atLeast: 19, current: true });
  const bytes = new Uint8Array(61006).fill(1);
  await source('copyBytesFrom', 'arraybuffer', 61006, () => Buffer.copyBytesFrom(/*at*/ bytes));
  await source('concat', 'arraybuffer', 122012, () => Buffer.concat(/*at*/ [bytes, bytes]));
  await source('randomBytes', 'arraybuffer', 61007, () => crypto.randomBytes(/*at*/ 61007));
  if (!ArrayBuffer.prototype.resize) return;
  await source('resizable', 'resizable', 61440, () => new ArrayBuffer(/*at*/ 61008, { maxByteLength: 1_000_000 }));
  await source('growable', 'resizable', 65536, () => new SharedArrayBuffer(/*at*/ 61441, { maxByteLength: 1_000_000 }));
  await source('wasm', 'wasm', 131072, () => new WebAssembly.Memory(/*at*/ { initial: 2 }));
  const memory = new WebAssembly.Memory({ initial: 3 });
  await source('wasm growth', 'resize', 262144, () => memory.grow(1) && memory);
};

const ofMessages = async () => {
  const buffer = new ArrayBuffer(61010);
  await source('structuredClone', 'arraybuffer', 61010, () => structuredClone(/*at*/ buffer));
  const pooled = Buffer.allocUnsafe(10);
  await source('clone of a slice', 'arraybuffer', pooled.buffer.byteLength, () => structuredClone(/*at*/ pooled));
  const { port1, port2 } = new MessageChannel();
  const message = () => new Promise((resolve) => port2.once('message', resolve));
  const view = new Uint8Array(61011);
  await source('postMessage', 'arraybuffer', 61011, () => (port1.postMessage(view), message()));
  await source('postMessage of a slice', 'arraybuffer', pooled.buffer.byteLength, () => (port1.postMessage(pooled), message()));
  const moved = new ArrayBuffer(61012);
  await source('transfer by clone', 'none', 61012, () => structuredClone(moved, { transfer: [moved] }));
  const sent = new ArrayBuffer(61013);
  await source('transfer by message', 'none', 61013, () => (port1.postMessage(sent, [sent]), message()));
  if (ArrayBuffer.prototype.transfer) {
    const given = new ArrayBuffer(61014);
    await source('transfer', 'none', 61014, () => given.transfer());
    await source('transfer of another size', 'arraybuffer', 61015, () => new ArrayBuffer(10).transfer(/*at*/ 61015));
  }
  port1.close();
};

// From 26 on node reads small files in one go, and wraps the memory itself.
const wrapsFilesInside = Number(process.versions.node.split('.')[0]) >= 26;
const ofReads = async () => {
  const file = `${logFile}.data`;
  fs.writeFileSync(file, Buffer.alloc(61020, 'x'));
  await source('readFileSync', 'arraybuffer', 61020, () => fs.readFileSync(/*at*/ file));
  await source('stream', 'arraybuffer', (chunk) => chunk.buffer.byteLength, () => new Promise((resolve) => fs.createReadStream(file).once('data', resolve)));
  await source('readFile', wrapsFilesInside ? 'unseen' : 'arraybuffer', (read) => read.buffer.byteLength, () => fs.promises.readFile(file));
  const packed = zlib.deflateRawSync(Buffer.alloc(61021, 'abc'));
  await source('inflate', 'arraybuffer', 61021, () => zlib.inflateRawSync(/*at*/ packed));
  const server = net.createServer((socket) => socket.end(Buffer.alloc(30_000, 'y')));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await source('socket', 'arraybuffer', (chunk) => chunk.buffer.byteLength, () => new Promise((resolve) => net.connect(port, '127.0.0.1').once('data', resolve)));
  server.close();
};

const ofOthers = async () => {
  await source('serialize', 'external', (made) => made.byteLength, () => v8.serialize(/*at*/ 'x'.repeat(61030)).buffer);
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeRawBytes(Buffer.alloc(61031));
  await source('releaseBuffer', 'external', 61033, () => serializer.releaseBuffer(/*at*/).buffer);
  await source('napi array buffer', 'external', 61040, () => externals.arrayBuffer(/*at*/ 61040));
  await source('napi buffer', 'external', 61041, () => externals.buffer(/*at*/ 61041));
  await source('napi without finalizer', 'external', 61042, () => externals.unfinalized(/*at*/ 61042));
  await source('napi over the same memory', 'external', 61043, () => externals.unfinalized(/*at*/ 61043));
  await source('Buffer::New', 'external', 61044, () => stores.buffer(/*at*/ 61044));
  await source('Buffer::New that owns', 'external', 61045, () => stores.ownedBuffer(/*at*/ 61045));
  await source('NewBackingStore', 'external', 61046, () => stores.backingStore(/*at*/ 61046));
  await source('shared NewBackingStore', 'external', 61047, () => stores.sharedStore(/*at*/ 61047));
  await source('NewBackingStore of kept memory', 'unseen', 61048, () => stores.unownedStore());
  // What node wraps inside: not seen, and said so.
  await source('pbkdf2', 'unseen', 61050, () => crypto.pbkdf2Sync('a', 'b', 1, 61050, 'sha1'));
  await source('scrypt', 'unseen', 61051, () => crypto.scryptSync('a', 'b', 61051));
};

async function main() {
  performance.mark('start');
  if (externals.refused() === 0) throw new Error('node took a call without a result');
  await ofJavaScript();
  await ofMessages();
  await ofReads();
  await ofOthers();
  performance.mark('held');
  held.length = 0;
  externals.early = null;
  for (let i = 0; i < 6; i++) {
    gc();
    await turn();
  }
  performance.mark('collected');
  fs.writeFileSync(logFile, JSON.stringify({ log, start, napi: externals.counts(), ended: stores.counts() }));
}
main();
