// SPDX-License-Identifier: Apache-2.0
// What a recording of programs/load.cjs holds, and whether it can be true.
import { exportJsonl } from './slabscope.mjs';

const isSlice = (event) => event.length >= 331 && event.length <= 337;
const isStore = (event) => event.size >= 5001 && event.size <= 5099;

/** Counts the program's own stores and slices, and checks that no slab's memory is handed out twice in the recording. */
export async function readLoad(args, file, report) {
  const seen = { slices: 0, stores: 0, latest: 0, losses: [], marks: new Map(), liveSlices: 0, liveStores: 0 };
  const slices = new Set();
  const stores = new Set();
  const cutEnds = new Map();
  await exportJsonl(args, file, (event) => {
    switch (event.type) {
      case 'store_alloc':
        if (event.kind === 'arraybuffer' && isStore(event)) {
          seen.stores += 1;
          stores.add(event.store);
        }
        break;
      case 'store_free':
        stores.delete(event.store);
        cutEnds.delete(event.store);
        break;
      case 'slice':
        if (!isSlice(event)) break;
        seen.slices += 1;
        seen.latest = event.t;
        slices.add(event.slice);
        // A pool moves forward only: going back would mean that two slabs were taken for one.
        report.check(event.offset >= (cutEnds.get(event.store) ?? 0), `slice ${event.slice} lies over an older one`, 'slices over older ones');
        report.equal(event.parent, 0, 'parent of a Buffer that was cut');
        cutEnds.set(event.store, event.offset + event.length);
        break;
      case 'slice_free':
        slices.delete(event.slice);
        break;
      case 'mark':
        seen.marks.set(event.name, event.t);
        if (event.name === 'gone') Object.assign(seen, { liveSlices: slices.size, liveStores: stores.size });
        break;
      case 'lost':
        seen.losses.push(event);
        break;
    }
  });
  return seen;
}

/** What was lost, by kind, as `info` tells it. */
export const lossesOf = (answer) => answer.lost_by_kind ?? { store_births: 0, store_deaths: 0, slice_births: 0, slice_deaths: 0 };

/** Every Buffer and store that the program made is in the recording or counted as lost; none that died still lives there. */
export function checkCounts(args, name, made, seen, answer, report) {
  const lost = lossesOf(answer);
  const missing = lost.slice_births + (answer.unplaced_slices ?? 0);
  report.figure(`${name}: slices made, recorded, lost`, `${made.slices}, ${seen.slices}, ${missing}`);
  report.figure(`${name}: stores made, recorded, births lost (slabs too)`, `${made.stores}, ${seen.stores}, ${lost.store_births}`);
  // The slabs that were lost are not known to the program; each has room for twenty slices at least.
  const slabs = seen.stores + lost.store_births - made.stores;
  // Where a slab is larger than the pool, Node's own handle on the pool is a Buffer too, and lost with its slab: but for
  // those pairs between which a ring came to be full, or had room again.
  const handles = seen.slices + missing - made.slices;
  report.check(
    handles === 0 || (args.line >= 26 && Math.abs(handles - slabs) <= 2 * seen.losses.length),
    `${name}: ${seen.slices} slices recorded and ${missing} lost of ${made.slices}, and ${slabs} slabs lost`,
  );
  report.check(slabs >= 0 && slabs <= missing / 20 + 10, `${name}: ${seen.stores} stores recorded and ${lost.store_births} lost of ${made.stores}`);
  report.equal(answer.lost_events, Object.values(lost).reduce((sum, count) => sum + count, 0), `${name}: the sum of what was lost`);
  report.equal(seen.losses.reduce((sum, loss) => sum + loss.count, 0), answer.lost_events, `${name}: the sum of the lost events`);
  report.equal(lost.store_deaths + lost.slice_deaths, 0, `${name}: deaths that were lost`);
  report.equal(seen.liveSlices, 0, `${name}: slices that live in the recording after the last has died`);
  report.equal(seen.liveStores, 0, `${name}: stores that live in the recording after the last has died`);
}
