// SPDX-License-Identifier: Apache-2.0
'use strict';

// What slabscope runs inside each isolate: it tells the shim about slices, marks and memory figures. Loaded by
// --require before the program's own code; does nothing when the shim is not in this process, and never throws.

const MEMORY_INTERVAL_MS = 250;

// Every Buffer made in JavaScript is constructed by one internal class, which is what Buffer[Symbol.species] gives. Giving
// it another parent makes its super(...) run a function of ours: nothing public is replaced, and nothing is missed.
function hookSlices(shim) {
  const { Buffer } = globalThis;
  const FastBuffer = Buffer[Symbol.species];
  const Bytes = Object.getPrototypeOf(FastBuffer);
  if (typeof FastBuffer !== 'function' || Bytes !== globalThis.Uint8Array || FastBuffer.prototype !== Buffer.prototype) {
    return 'Buffer[Symbol.species] is not the class that Buffers are made of';
  }
  const realSubarray = Buffer.prototype.subarray;
  const { setPrototypeOf } = Object;
  const { apply } = Reflect;
  const { slice } = shim;
  // The Buffer that the view being constructed is made from. Only ever set around the call of the real subarray.
  let parent;

  // A plain function of this very name: a derived class, or a look at new.target's identity, costs several times as much,
  // and util.inspect prints the name of the parent.
  const hook = {
    Uint8Array: function(a, b, c) {
      const view = new Bytes(a, b, c);
      setPrototypeOf(view, new.target.prototype);
      // Only an ArrayBuffer comes with an offset or a length. What spans all of it shares nothing.
      if ((b !== undefined || c !== undefined) && typeof a === 'object' && view.length !== a.byteLength) {
        const from = parent;
        parent = undefined;
        if (from === undefined) slice(view);
        else slice(view, from);
      }
      return view;
    },
  }.Uint8Array;
  // The statics (from, of, BYTES_PER_ELEMENT) are still inherited from the real one.
  setPrototypeOf(hook, Bytes);
  Object.defineProperty(hook, 'prototype', { value: Bytes.prototype, writable: false });
  Object.defineProperty(hook, 'length', { value: Bytes.length, configurable: true });

  const wrapper = {
    subarray: function(start, end) {
      // Converting anything else can run the program's own code, which may make Buffers itself.
      if ((start === undefined || typeof start === 'number') && (end === undefined || typeof end === 'number')) {
        parent = this;
        try {
          return apply(realSubarray, this, [start, end]);
        } finally {
          parent = undefined;
        }
      }
      return apply(realSubarray, this, [start, end]);
    },
  }.subarray;
  Object.defineProperty(wrapper, 'length', { value: realSubarray.length, configurable: true });

  setPrototypeOf(FastBuffer, hook);
  const descriptor = Object.getOwnPropertyDescriptor(Buffer.prototype, 'subarray');
  Object.defineProperty(Buffer.prototype, 'subarray', { ...descriptor, value: wrapper });
  return '';
}

function hookMarks(shim) {
  const prototype = globalThis.Performance && globalThis.Performance.prototype;
  const descriptor = prototype && Object.getOwnPropertyDescriptor(prototype, 'mark');
  if (!descriptor || typeof descriptor.value !== 'function') return 'Performance.prototype.mark is not to be found';
  const realMark = descriptor.value;
  const { apply } = Reflect;
  const { mark } = shim;
  const wrapper = {
    mark(...args) {
      const entry = apply(realMark, this, args);
      mark(entry.name);
      return entry;
    },
  }.mark;
  Object.defineProperty(wrapper, 'length', { value: realMark.length, configurable: true });
  Object.defineProperty(prototype, 'mark', { ...descriptor, value: wrapper });
  return '';
}

function sampleMemory(shim) {
  const { memory } = shim;
  const { memoryUsage } = process;
  const sample = () => {
    const usage = memoryUsage();
    memory(usage.rss, usage.heapTotal, usage.heapUsed, usage.external, usage.arrayBuffers);
  };
  sample();
  setInterval(sample, MEMORY_INTERVAL_MS).unref();
  return '';
}

// What went wrong, in words, or '' when nothing did.
function attempt(action, shim) {
  try {
    return action(shim);
  } catch (error) {
    return `${error && error.message}`.slice(0, 200);
  }
}

function start() {
  if (process.env.SLABSCOPE_PID !== `${process.pid}`) return;
  const path = require('path');
  const addon = { exports: {} };
  process.dlopen(addon, path.join(__dirname, '..', 'libslabscope_preload.so'));
  const shim = addon.exports;
  if (!shim.active) return;
  const slices = shim.slices ? attempt(hookSlices, shim) : '';
  const marks = attempt(hookMarks, shim);
  const memory = attempt(sampleMemory, shim);
  shim.start(__filename, process.version, process.versions.v8, `${Buffer.poolSize}`, slices, marks, memory);
}

try {
  start();
} catch {
  // The program comes first. What is missing is in the recording.
}
delete require.cache[__filename];
