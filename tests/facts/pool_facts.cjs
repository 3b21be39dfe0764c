// SPDX-License-Identifier: Apache-2.0
// What slabscope relies on in node:buffer and around it, asked of a plain node. Prints one line per fact; a fact that
// does not hold is printed as FAILED with its name and fails the run.
'use strict';

const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const line = Number(process.versions.node.split('.')[0]);
const facts = [];
const fact = (name, check) => facts.push({ name, check });
const equal = (actual, expected) => {
  if (!Object.is(actual, expected)) throw new Error(`expected ${String(expected)}, found ${String(actual)}`);
};

// ---- the pool

const half = Buffer.poolSize >>> 1;
const freshSlab = () => {
  // Nearly half a slab each: the third one at the latest starts a new slab.
  const before = Buffer.allocUnsafe(1).buffer;
  for (;;) {
    const buffer = Buffer.allocUnsafe(half - 8);
    if (buffer.buffer !== before) return buffer;
  }
};

fact('Buffer.poolSize is 8192 up to 22 and 65536 from 24 on', () => equal(Buffer.poolSize, line < 24 ? 8192 : 65536));
fact('a slab is poolSize bytes, on 26 64 more', () =>
  equal(Buffer.allocUnsafe(1).buffer.byteLength, Buffer.poolSize + (line >= 26 ? 64 : 0)));
fact('consecutive small Buffers lie 8 bytes apart', () => {
  freshSlab();
  const [a, b, c] = [1, 4, 8].map((size) => Buffer.allocUnsafe(size));
  equal(b.buffer, a.buffer);
  equal(c.buffer, a.buffer);
  equal(b.byteOffset - a.byteOffset, 8);
  equal(c.byteOffset - b.byteOffset, 8);
});
fact('a Buffer of 9 bytes takes 16', () => {
  freshSlab();
  const a = Buffer.allocUnsafe(9);
  equal(Buffer.allocUnsafe(1).byteOffset - a.byteOffset, 16);
});
fact('poolSize / 2 - 1 bytes are cut from the pool', () =>
  equal(Buffer.allocUnsafe(half - 1).buffer.byteLength >= Buffer.poolSize, true));
fact('poolSize / 2 bytes get a store of their own', () => equal(Buffer.allocUnsafe(half).buffer.byteLength, half));
fact('0 bytes take nothing from the pool', () => equal(Buffer.allocUnsafe(0).buffer.byteLength, 0));
fact('what does not fit starts a new slab and leaves the tail', () => {
  const first = freshSlab();
  const rest = Buffer.allocUnsafe(half - 8);
  const third = Buffer.allocUnsafe(half - 8);
  equal(rest.buffer, first.buffer);
  equal(third.buffer !== first.buffer, true);
});
fact('Buffer.alloc gets a store of its own and does not move the pool', () => {
  freshSlab();
  const before = Buffer.allocUnsafe(4);
  equal(Buffer.alloc(4).buffer.byteLength, 4);
  equal(Buffer.allocUnsafe(4).byteOffset - before.byteOffset, 8);
});
fact('freed space of a slab is never handed out again', () => {
  let slab = null;
  let end = 0;
  for (let i = 0; i < 100_000; i++) {
    const buffer = Buffer.allocUnsafe(1 + ((i * 7919) % 500));
    if (buffer.buffer === slab && buffer.byteOffset < end) throw new Error(`offset ${buffer.byteOffset} below ${end}`);
    slab = buffer.buffer;
    end = buffer.byteOffset + buffer.length;
  }
});
fact('a worker has a pool of its own', async () => {
  const slabs = new Worker(
    "require('node:worker_threads').parentPort.postMessage(Buffer.allocUnsafe(1).byteOffset < 1024)", { eval: true });
  equal(await new Promise((resolve, reject) => slabs.once('message', resolve).once('error', reject)), true);
});
fact('a small unpooled Buffer has no store until .buffer is read', () => {
  let grown;
  // A collection in between takes stores of others away: then once more.
  for (let attempt = 0; attempt < 5; attempt++) {
    const buffers = Array.from({ length: 1000 }, () => Buffer.alloc(40));
    const before = process.memoryUsage().arrayBuffers;
    for (const buffer of buffers) void buffer.buffer;
    grown = process.memoryUsage().arrayBuffers - before;
    if (grown === 40_000) return;
  }
  throw new Error(`reading .buffer of 1,000 Buffers of 40 bytes made ${grown} bytes of stores`);
});

// ---- the class that Buffers are made of

const species = Buffer[Symbol.species];
fact('Buffer[Symbol.species] is a class FastBuffer that is not Buffer', () => {
  equal(species.name, 'FastBuffer');
  equal(species !== Buffer, true);
});
fact('it derives from Uint8Array and may be given another parent', () => {
  equal(Object.getPrototypeOf(species), Uint8Array);
  equal(Object.isExtensible(species), true);
});
fact('its prototype is that of Buffer', () => equal(species.prototype, Buffer.prototype));

// Function and file of Node's own frames, innermost first.
const callersInNode = (stack) =>
  [...stack.matchAll(/^ +at (?:new )?(?:\w+\.)*(\w+) (?:\[as \w+\] )?\((node:[\w/]+):/gm)].map(
    ([, name, file]) => ({ name, file }));
// The first one above the class and the helpers of node:internal/buffer: it asked for the view.
const askerOf = ({ callers }) => callers.find(({ file }) => file !== 'node:internal/buffer');

const seen = [];
function Hook(a, b, c) {
  const made = new Uint8Array(a, b, c);
  Object.setPrototypeOf(made, new.target.prototype);
  seen.push({
    ofArrayBuffer: a instanceof ArrayBuffer,
    offset: made.byteOffset,
    length: made.length,
    callers: callersInNode(new Error().stack),
  });
  return made;
}
const hooked = (make) => {
  seen.length = 0;
  Object.setPrototypeOf(species, Hook);
  try {
    return make();
  } finally {
    Object.setPrototypeOf(species, Uint8Array);
  }
};
const parent = Buffer.allocUnsafe(40);
const views = {
  'Buffer.allocUnsafe': () => Buffer.allocUnsafe(5),
  'Buffer.from(string)': () => Buffer.from('h\u00e9llo'),
  'Buffer.from(array)': () => Buffer.from([1, 2, 3]),
  'Buffer.from(Buffer)': () => Buffer.from(parent),
  'Buffer.from(ArrayBuffer)': () => Buffer.from(new ArrayBuffer(8), 2, 4),
  'Buffer.concat': () => Buffer.concat([parent, parent]),
  'Buffer.copyBytesFrom': () => Buffer.copyBytesFrom(new Uint8Array(5)),
  'buffer.subarray': () => parent.subarray(3, 7),
  'buffer.slice': () => parent.slice(3, 7),
  'Uint8Array.prototype.subarray on a Buffer': () => Uint8Array.prototype.subarray.call(parent, 3, 7),
};
for (const [name, make] of Object.entries(views)) {
  fact(`${name} goes through the parent of the species class, with an ArrayBuffer`, () => {
    const made = hooked(make);
    const births = seen.filter((view) => view.ofArrayBuffer && view.offset === made.byteOffset);
    equal(births.length > 0, true);
    equal(births.at(-1).length, made.length);
    equal(Buffer.isBuffer(made), true);
  });
}
// The collector tells cuts, views and slabs apart by these names.
const poolFunctions = ['allocate', 'allocateAligned', 'fromStringFast', 'fromArrayLike'];
const pooled = ['allocUnsafe', 'from(string)', 'from(array)', 'from(Buffer)', 'concat', 'copyBytesFrom'];
for (const name of pooled.map((factory) => `Buffer.${factory}`)) {
  fact(`${name} cuts in ${poolFunctions.join(', ')} of node:buffer`, () => {
    hooked(views[name]);
    const asker = askerOf(seen.filter((view) => view.ofArrayBuffer).at(-1));
    equal(asker.file, 'node:buffer');
    if (!poolFunctions.includes(asker.name)) throw new Error(`it is ${asker.name} that cuts`);
  });
}
for (const name of ['buffer.subarray', 'buffer.slice']) {
  fact(`${name} makes its view in subarray or slice of node:buffer`, () => {
    hooked(views[name]);
    const asker = askerOf(seen.at(-1));
    equal(asker.file, 'node:buffer');
    if (!['subarray', 'slice'].includes(asker.name)) throw new Error(`it is ${asker.name} that makes it`);
  });
}
fact('a slab is made by createPool of node:buffer', () => {
  hooked(freshSlab);
  const made = seen.filter(({ callers }) =>
    callers.slice(0, 4).some(({ name, file }) => name === 'createPool' && file === 'node:buffer'));
  equal(made.length, 1);
  equal(made[0].length, Buffer.poolSize);
});
fact('buffer.slice calls Buffer.prototype.subarray', () => {
  const descriptor = Object.getOwnPropertyDescriptor(Buffer.prototype, 'subarray');
  let calls = 0;
  Object.defineProperty(Buffer.prototype, 'subarray', {
    ...descriptor,
    value(...args) {
      calls++;
      return Reflect.apply(descriptor.value, this, args);
    },
  });
  try {
    parent.slice(1, 2);
  } finally {
    Object.defineProperty(Buffer.prototype, 'subarray', descriptor);
  }
  equal(calls, 1);
});
fact('buf.indexOf with an ascii needle cuts a Buffer from the pool', () => {
  hooked(() => parent.indexOf('zz', 0, 'ascii'));
  equal(seen.some((view) => view.ofArrayBuffer && view.length === 2), true);
});
fact('Buffer.alloc and allocUnsafeSlow go through it with a length', () => {
  hooked(() => [Buffer.alloc(100), Buffer.allocUnsafeSlow(100)]);
  equal(seen.some((view) => view.length === 100), true);
});
fact('a Buffer made by C++ does not go through it', () => {
  const digest = hooked(() => createHash('sha256').digest());
  equal(digest.length, 32);
  equal(seen.some((view) => view.length === 32), false);
});

// ---- marks and start-up

fact('Performance.prototype.mark can be replaced and is what performance.mark calls', () => {
  const prototype = Performance.prototype;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'mark');
  const names = [];
  Object.defineProperty(prototype, 'mark', {
    ...descriptor,
    value(...args) {
      names.push(args[0]);
      return Reflect.apply(descriptor.value, this, args);
    },
  });
  try {
    performance.mark('here');
    require('node:perf_hooks').performance.mark('there');
  } finally {
    Object.defineProperty(prototype, 'mark', descriptor);
  }
  equal(names.join(), 'here,there');
});
fact('--require in NODE_OPTIONS runs before the program and in its workers', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slabscope facts "'));
  try {
    const required = path.join(folder, 'agent.cjs');
    const program = path.join(folder, 'program.cjs');
    fs.writeFileSync(required, "globalThis.agentRan = (globalThis.agentRan ?? 0) + 1;");
    fs.writeFileSync(program, `
      const { Worker, isMainThread } = require('node:worker_threads');
      console.log(isMainThread ? 'main' : 'worker', globalThis.agentRan);
      if (isMainThread) new Worker(__filename, { execArgv: [] });`);
    const escaped = required.replace(/[\\"]/g, '\\$&');
    const output = execFileSync(process.execPath, [program], {
      env: { ...process.env, NODE_OPTIONS: `--require "${escaped}"` },
      encoding: 'utf8',
    });
    equal(output, 'main 1\nworker 1\n');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

(async () => {
  let failed = 0;
  for (const { name, check } of facts) {
    try {
      await check();
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}: ${error.message}`);
    }
  }
  console.log(`node ${process.version}: ${facts.length - failed} facts hold, ${failed} do not`);
  process.exitCode = failed ? 1 : 0;
})();
