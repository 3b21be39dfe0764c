// SPDX-License-Identifier: Apache-2.0
// The Buffer pool by the exported events alone, slow and obvious: every slab keeps all that was cut from it.

const kCutters = ['allocate', 'allocateAligned', 'fromStringFast', 'fromArrayLike'];
const kFactories = [
  ['fromStringFast', 'Buffer.from(string)'],
  ['copyBytesFrom', 'Buffer.copyBytesFrom'],
  ['concat', 'Buffer.concat'],
  ['fromArrayLike', 'Buffer.from(array)'],
  ['allocateAligned', 'Buffer.allocUnsafe aligned'],
  ['allocUnsafe', 'Buffer.allocUnsafe'],
];

export class PoolModel {
  slabs = new Map();
  stores = new Map();
  #definitions;
  #order = []; // cuts and marks, as they came
  #last = new Map(); // isolate -> its newest cut's slab
  #pool = 0;
  trims = 0;
  freedSlabs = 0;

  constructor(definitions) {
    this.#definitions = definitions;
  }

  /** Node's functions on top of the stack, innermost first. */
  #ofBuffer(stack) {
    const names = [];
    for (const frame of this.#definitions.framesOf(stack)) {
      if (frame.file === 'node:buffer') names.push(frame.function);
      else if (frame.file !== 'node:internal/buffer') break;
    }
    return names;
  }

  take(event) {
    if (event.type === 'recording') this.#pool = event.pool_size;
    if (event.type === 'mark') this.#order.push({ mark: event.name });
    if (event.type === 'store_alloc') {
      this.stores.set(event.store, event);
      if (event.kind === 'pool') this.slabs.set(event.store, { ...event, cuts: [], left: false });
    }
    if (event.type === 'store_free' && !event.teardown && this.slabs.has(event.store)) this.freedSlabs += 1;
    if (event.type === 'slice' && event.parent === 0 && this.slabs.has(event.store)) this.#slice(event);
  }

  #slice(event) {
    const names = this.#ofBuffer(event.stack);
    if (!kCutters.includes(names[0])) return;
    const factory = kFactories.find(([name]) => names.includes(name))?.[1] ?? 'others';
    const slab = this.slabs.get(event.store);
    const cut = { ...event, factory };
    const newest = slab.cuts.at(-1);
    if (newest?.offset === cut.offset && cut.length < newest.length && names[0] === 'fromStringFast') {
      this.trims += 1;
      slab.cuts.pop();
      this.#order.splice(this.#order.indexOf(newest), 1);
    } else if (slab.cuts.length === 0) {
      const before = this.slabs.get(this.#last.get(cut.isolate));
      if (before) before.left = true;
    }
    slab.cuts.push(cut);
    this.#order.push(cut);
    this.#last.set(cut.isolate, event.store);
  }

  get slabCount() {
    return this.slabs.size;
  }

  finish() {
    const all = [...this.slabs.values()].filter((slab) => slab.cuts.length > 0);
    this.gaps = { none: 0, alignment: 0, base: 0, startup: 0 };
    this.left = { slabs: 0, bytes: 0, cut: 0 };
    this.leftUnknown = 0;
    for (const slab of all) {
      const base = slab.size === this.#pool ? 0 : Number((64n - (BigInt(slab.address) % 64n)) % 64n);
      const startup = slab.cuts[0].offset !== base;
      this.gaps[startup ? 'startup' : 'base'] += 1;
      for (let i = 1; i < slab.cuts.length; i++) {
        const gap = slab.cuts[i].offset - slab.cuts[i - 1].offset - slab.cuts[i - 1].length;
        if (gap === 0) this.gaps.none += 1;
        else if (gap > 0 && gap < 8) this.gaps.alignment += slab.cuts[i].factory.endsWith('aligned') ? 0 : 1;
      }
      if (!slab.left) continue;
      if (startup) this.leftUnknown += 1;
      else {
        this.left.slabs += 1;
        this.left.bytes += slab.size;
        this.left.cut += slab.cuts.reduce((sum, cut) => sum + cut.length, 0);
      }
    }
    this.cuts = all.reduce((sum, slab) => sum + slab.cuts.length, 0);
    this.cutSlabs = all.length;
    this.sharedSlabs = all.filter((slab) => slab.cuts.length > 1).length;
    this.mostCuts = Math.max(...all.map((slab) => slab.cuts.length));
  }

  factoriesOfCuts() {
    const counts = new Map();
    for (const slab of this.slabs.values()) for (const { factory } of slab.cuts) counts.set(factory, (counts.get(factory) ?? 0) + 1);
    return [...counts].sort();
  }

  cutsBetween(first, second) {
    const at = (name) => this.#order.findIndex((one) => one.mark === name);
    return this.#order.slice(at(first) + 1, at(second));
  }

  /** Whether the two stores' addresses have a byte in common. */
  overlap(one, other) {
    const [a, b] = [this.stores.get(one), this.stores.get(other)];
    return Boolean(a && b) && BigInt(a.address) < BigInt(b.address) + BigInt(b.size) && BigInt(b.address) < BigInt(a.address) + BigInt(a.size);
  }
}
