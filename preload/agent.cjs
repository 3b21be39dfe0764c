// SPDX-License-Identifier: Apache-2.0
'use strict';

// What slabscope runs inside each isolate: it tells the shim about slices, marks and memory figures. Loaded by
// --require before the program's own code; does nothing when the shim is not in this process, and never throws.

const MEMORY_INTERVAL_MS = 250;

// What V8 calls this script, by the last line: under its path it would count in the program's coverage reports.
const OWN_NAME = 'slabscope:agent.cjs';

// V8 keeps the properties of an object that becomes a prototype in a dictionary, and compiles no constructor that passes
// through one: each Buffer would cost several hundred nanoseconds more. Lookups through it that are cached end that.
function settle(constructor) {
  const look = (object) => object.BYTES_PER_ELEMENT;
  for (let i = 0; i < 2000; i++) look(constructor);
}

// Calls whose arguments the shim knows, from which it learns where V8 puts them. The function to tell of slices with, which
// takes two arguments. Buffers of this size have no ArrayBuffer.
function sliceFunction(shim) {
  const { plain, slice, sliceCall } = shim;
  const Bytes = globalThis.Buffer[Symbol.species];
  const other = new Bytes(8);
  const view = new Bytes(8);
  plain(other);
  plain(view);
  if (typeof sliceCall !== 'function') return slice;
  const call = (depth) => (depth === 0 ? sliceCall(view, other) : call(depth - 1));
  for (let i = 0; i < 4; i++) {
    call(i);
    Reflect.apply(sliceCall, undefined, [view, other]);
    [view].forEach((first) => sliceCall(first, other));
  }
  return shim.called() ? sliceCall : slice;
}

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
  const slice = sliceFunction(shim);
  // The Buffer that the view being constructed is made from. Only ever set around the call of the real subarray.
  let parent;

  // Of this very name: util.inspect prints the name of the parent.
  const hook = {
    Uint8Array: class extends Bytes {
      constructor(a, b, c) {
        super(a, b, c);
        // Only an ArrayBuffer comes with an offset or a length. What spans all of it shares nothing, which needs no asking
        // where it begins further on.
        if ((b !== undefined || c !== undefined) && typeof a === 'object' && ((typeof b === 'number' && b >= 1) || this.length !== a.byteLength)) {
          const from = parent;
          parent = undefined;
          slice(this, from);
        }
      }
    },
  }.Uint8Array;
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
  settle(FastBuffer);
  shim.plain(new FastBuffer(8));
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

// A module of Node's own, past whatever the program has made of `require`.
const { getBuiltinModule } = process;
const { _load: loadModule } = require('module');
const builtin = (name) => (getBuiltinModule ? getBuiltinModule(name) : loadModule(name, null, false));

function replaceMethod(prototype, name, wrap) {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const wrapper = descriptor && typeof descriptor.value === 'function' ? wrap(descriptor.value) : undefined;
  if (typeof wrapper !== 'function') return false;
  Object.defineProperty(prototype, name, { ...descriptor, value: wrapper });
  return true;
}

// Native functions stand before the methods: those have no frame in the program's stacks and no text, as before.
function hookSerializers(shim) {
  shim.onSerializer(() => {
    try {
      replaceMethod(builtin('v8').Serializer.prototype, 'releaseBuffer', shim.wrapRelease);
    } catch {
      // As at the start: the program comes first.
    }
  });
}

// Stacks of many shapes, with and without C++ in them, from which the shim learns how V8 links their frames.
function showStacks(shim) {
  const { learn } = shim;
  const descend = (depth) => {
    if (depth === 0) learn();
    else descend(depth - 1);
    return depth;
  };
  const cross = (times, depth) => {
    if (times === 0) descend(depth);
    else learn(() => cross(times - 1, depth));
    return depth;
  };
  for (let depth = 0; depth < 8; depth++) {
    for (let times = 0; times < 3; times++) cross(times, depth);
  }
  shim.learned();
  return '';
}

const PARENT_THREAD = -1;

// Which stores a message takes along, and to which thread. Every message of a worker, or to it, goes through the
// postMessage of its port.
function hookTransfers(shim) {
  const { ArrayBuffer, WeakMap } = globalThis;
  const { getOwnPropertyDescriptor, getOwnPropertySymbols, getPrototypeOf } = Object;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const threads = new WeakMap();
  const threadOf = threads.get.bind(threads);
  const remember = threads.set.bind(threads);
  const own = shim.main ? undefined : builtin('worker_threads');
  let wrapped = false;

  // Reads values, never getters: those are the program's code.
  const valueOf = (object, key) => {
    const descriptor = getOwnPropertyDescriptor(object, key);
    return descriptor === undefined ? undefined : descriptor.value;
  };
  const gather = (port, argument) => {
    const list = isArray(argument) ? argument : valueOf(argument, 'transfer');
    if (!isArray(list) || list.length === 0) return undefined;
    let thread = threadOf(port);
    if (thread === undefined) thread = own !== undefined && own.parentPort === port ? PARENT_THREAD : NaN;
    const found = [thread];
    for (let i = 0; i < list.length; i++) {
      const value = valueOf(list, i);
      if (typeof value === 'object' && value !== null && !isView(value)) found[found.length] = value;
    }
    return found;
  };
  const wrap = (prototype) => {
    wrapped ||= replaceMethod(prototype, 'postMessage', (real) => shim.wrapPost(real, gather));
    return wrapped;
  };

  const onWorker = ({ worker }) => {
    try {
      const symbol = getOwnPropertySymbols(worker).find(({ description }) => description === 'kPublicPort');
      const port = worker[symbol];
      if (wrap(getPrototypeOf(port))) {
        remember(port, worker.threadId);
        shim.thread(worker.threadId, true);
      }
    } catch {
      // Then no thread is told, and the worker's own agent says that it was not.
    }
  };
  const channels = require('diagnostics_channel');
  if (channels.subscribe) channels.subscribe('worker_threads', onWorker);
  else channels.channel('worker_threads').subscribe(onWorker);
  if (own !== undefined && !wrap(own.MessagePort.prototype)) return 'MessagePort.prototype.postMessage is not to be found';
  shim.moves('');
  shim.thread(own === undefined ? 0 : own.threadId, false);
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
  const addon = { exports: {} };
  // By its name alone, as which the loader has it already, wherever it lies.
  process.dlopen(addon, 'libslabscope_preload.so');
  const shim = addon.exports;
  if (!shim.active) return;
  const slices = shim.slices ? attempt(hookSlices, shim) : '';
  const marks = attempt(hookMarks, shim);
  const memory = attempt(sampleMemory, shim);
  shim.start(OWN_NAME, process.version, process.versions.v8, `${Buffer.poolSize}`, slices, marks, memory);
  attempt(showStacks, shim);
  hookSerializers(shim);
  const moves = attempt(hookTransfers, shim);
  if (moves !== '') shim.moves(moves);
}

try {
  start();
} catch {
  // The program comes first. What is missing is in the recording.
}
delete require.cache[__filename];
//# sourceURL=slabscope:agent.cjs
