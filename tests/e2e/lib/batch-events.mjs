// SPDX-License-Identifier: Apache-2.0
// The events of a batch as docs/recording-format.md and recording.proto tell them, for readers that have nothing else of slabscope.

/**
 * Calls on(kind, t, value) for each event of a decoded Batch. Of the event's own columns `value.plain(columns, name)` is the value as it
 * stands, `value.delta(columns, name)` with deltas added up; `value.place` is which value of its columns is its own; `value.born('store')` or
 * `('slice')` is the id that the event gives out. `ids` ({ store, slice }: the last ones given out) runs on from batch to batch.
 */
export function eachEvent(batch, ids, on) {
  let t = 0;
  const at = {};
  const sums = {};
  batch.kinds.forEach((kind, i) => {
    t += Number(batch.times[i]);
    const place = (at[kind] = (at[kind] ?? -1) + 1);
    const plain = (columns, name) => Number(columns[name][place]);
    const delta = (columns, name) => (sums[`${kind} ${name}`] = (sums[`${kind} ${name}`] ?? 0) + plain(columns, name));
    const born = (name) => {
      const told = batch[`${name}_ids`];
      return (ids[name] = told.length > 0 ? delta({ [name]: told }, name) : ids[name] + 1);
    };
    on(kind, t, { plain, delta, born, place });
  });
  if (batch.numbering) Object.assign(ids, { store: Number(batch.numbering.stores), slice: Number(batch.numbering.slices) });
}
