// SPDX-License-Identifier: Apache-2.0
// What a recording tells, read with nothing but recording.proto, as `export --format jsonl` tells it.
import { eachEvent } from './batch-events.mjs';

const kGrowing = ['resizable', 'wasm'];

export class History {
  /** The lines of all events, in their order. A store's kind is what is known of it in the end. */
  events = [];
  #ids = { store: 0, slice: 0 };
  #strings = [''];
  #frames = [null];
  #stacks = [[]]; // of frames, innermost first
  #stores = new Map();
  #names;

  /** `enumOf(name)`: the names of an enum's values, by number. */
  constructor(enumOf) {
    const words = (name, prefix) => Object.fromEntries(Object.entries(enumOf(name)).map(([number, word]) => [number, word.slice(prefix.length).toLowerCase().replaceAll('_', '-')]));
    this.#names = { event: enumOf('EventKind'), frame: words('FrameKind', 'FRAME_'), store: words('StoreKind', 'STORE_'), gc: words('GcKind', 'GC_') };
  }

  frame(id) {
    return this.#frames[id];
  }
  stack(id) {
    return this.#stacks[id];
  }

  /** The next batch of the file, decoded. */
  add(batch) {
    this.#strings.push(...batch.strings);
    batch.frames?.kind.forEach((kind, i) => {
      const [name, file, line, column] = ['function', 'file', 'line', 'column'].map((field) => batch.frames[field][i]);
      const id = this.#frames.length;
      this.#frames.push({ type: 'frame', id, kind: this.#names.frame[kind], function: this.#strings[name], file: this.#strings[file], line: line || null, column: column || null });
    });
    batch.stacks?.frame.forEach((frame, i) => this.#stacks.push([frame, ...this.#stacks[batch.stacks.parent[i]]]));
    const places = { reserved: 0, external: 0 };
    eachEvent(batch, this.#ids, (kind, t, value) => {
      const event = this.#tell[this.#names.event[kind]]?.(value, batch, places);
      if (event) this.events.push({ type: event.type, t, ...event });
    });
  }

  #store(value, { store_allocs: columns }, places) {
    const kind = this.#names.store[value.plain(columns, 'kind')];
    const event = { type: 'store_alloc', store: value.born('store'), address: `0x${value.delta(columns, 'address').toString(16)}`, size: value.plain(columns, 'size'), kind };
    for (const name of ['isolate', 'allocator', 'thread', 'stack']) event[name] = value.plain(columns, name);
    if (kGrowing.includes(kind)) event.reserved = Number(columns.reserved[places.reserved++]);
    if (kind === 'external') {
      const stack = columns.allocation_stack[places.external++];
      if (stack) event.allocation_stack = stack;
    }
    return event;
  }

  #slice(value, { slices: columns }) {
    const id = value.born('slice');
    const distance = value.plain(columns, 'parent');
    const event = { type: 'slice', slice: id, store: value.delta(columns, 'store'), parent: distance === 0 ? 0 : id - distance, offset: value.delta(columns, 'offset') };
    for (const name of ['length', 'isolate', 'stack']) event[name] = value.plain(columns, name);
    return event;
  }

  #laterKind(value, { store_kinds: columns }) {
    this.#stores.set(value.delta(columns, 'store'), this.#names.store[value.plain(columns, 'kind')]);
  }

  #death(type, value, columns) {
    const event = { type: `${type}_free`, [type]: value.delta(columns, type) };
    return columns.teardown[value.place] ? { ...event, teardown: true } : event;
  }
  #plain(type, value, columns, names) {
    return Object.fromEntries([['type', type], ...names.map((name) => [name, value.plain(columns, name)])]);
  }

  #tell = {
    EVENT_STORE_ALLOC: (value, batch, places) => this.#store(value, batch, places),
    EVENT_STORE_FREE: (value, batch) => this.#death('store', value, batch.store_frees),
    EVENT_STORE_RESIZE: (value, { store_resizes: columns }) => ({ type: 'store_resize', store: value.delta(columns, 'store'), size: value.plain(columns, 'size') }),
    EVENT_STORE_MOVE: (value, { store_moves: columns }) => ({ type: 'store_move', store: value.delta(columns, 'store'), isolate: value.plain(columns, 'isolate') }),
    EVENT_STORE_KIND: (value, batch) => this.#laterKind(value, batch),
    EVENT_SLICE: (value, batch) => this.#slice(value, batch),
    EVENT_SLICE_FREE: (value, batch) => this.#death('slice', value, batch.slice_frees),
    EVENT_GC: (value, { gcs: columns }) => ({ ...this.#plain('gc', value, columns, ['duration', 'isolate']), kind: this.#names.gc[value.plain(columns, 'kind')] }),
    EVENT_MEMORY: (value, { memories: columns }) => this.#plain('memory', value, columns, ['isolate', 'rss', 'heap_used', 'heap_total', 'external', 'array_buffers']),
    EVENT_MARK: (value, { marks: columns }) => ({ type: 'mark', isolate: value.plain(columns, 'isolate'), name: this.#strings[value.plain(columns, 'name')] }),
    EVENT_LOST: (value, { losts: columns }) => this.#plain('lost', value, columns, ['until', 'count']),
    EVENT_ISOLATE_START: (value, { isolate_starts: columns }) => this.#plain('isolate_start', value, columns, ['isolate', 'thread', 'allocator']),
    EVENT_ISOLATE_END: (value, { isolate_ends: columns }) => this.#plain('isolate_end', value, columns, ['isolate', 'thread', 'allocator']),
    EVENT_PAUSE: () => ({ type: 'pause' }),
    EVENT_RESUME: () => ({ type: 'resume' }),
  };

  /** To be called once all batches are there. */
  finish() {
    for (const event of this.events) if (event.type === 'store_alloc') event.kind = this.#stores.get(event.store) ?? event.kind;
  }
}
