// SPDX-License-Identifier: Apache-2.0
// From a row of the oracle's log (what Node said about one call) to the events that the call must leave in a
// recording, in their order. Node's lib/buffer.js is where the rules come from; `storeBytes` of a row lets a run
// without slabscope prove them against process.memoryUsage().arrayBuffers.
import { fileURLToPath } from 'node:url';

const kNone = -1;

/** Where a row's call stands: the line of its Error, the column moved from the Error to the call. */
function positionOf(log, row, sites) {
  const { file, line, column, site } = log.columns;
  const name = log.files[file[row]];
  return {
    file: name.startsWith('file:') ? fileURLToPath(name) : name,
    line: line[row],
    column: column[row] + sites[site[row]].delta,
  };
}

/**
 * All events of a phase: {what: 'store', size, kind, ab} or {what: 'slice', offset, length, ab, parent, slice}, each
 * with `row` and `position`. `ab` is the log's number for the ArrayBuffer (-1: Node cannot be asked), `parent` the
 * row whose slice this is a view of (-1: none), `told` whether a recorder is told so. It is not when the view is made
 * straight from an ArrayBuffer, or by V8's own subarray: such a parent is found from the byte ranges.
 */
export function expectedEvents(log, sites, kinds, ways) {
  const rules = new Map(kinds.map((kind) => [kind.name, kind]));
  const { length, offset, abLength, ab, parent, onHeap, cut, cutAb, site } = log.columns;
  const seen = new Set();
  const rowOfSlice = new Set();
  const events = [];

  for (let row = 0; row < log.rows; row++) {
    const kind = rules.get(sites[site[row]].kind);
    const position = positionOf(log, row, sites);
    const store = (size, storeKind, id) => {
      if (id !== kNone) {
        // An ArrayBuffer that was there before begin, or that an earlier row made, is not made again.
        if (id < log.knownAtBegin || seen.has(id)) return;
        seen.add(id);
      }
      // A store of no bytes is never asked for.
      if (size > 0) events.push({ what: 'store', size, kind: storeKind, ab: id, row, made: kind.name, position });
    };
    const slice = (at, bytes, id, parentRow, told = true) => {
      events.push({ what: 'slice', offset: at, length: bytes, ab: id, parent: parentRow, told, row, made: kind.name, position });
    };
    // Smaller than its ArrayBuffer: that is what makes a Buffer a slice.
    const isPart = abLength[row] > length[row];
    const parentSlice = parent[row] !== kNone && rowOfSlice.has(parent[row]) ? parent[row] : kNone;

    switch (kind.rule) {
      case 'fresh':
        if (length[row] > 64) store(length[row], 'arraybuffer', ab[row]);
        break;
      case 'whole':
        store(length[row], kind.name === 'SharedArrayBuffer' ? 'shared' : 'arraybuffer', ab[row]);
        break;
      case 'cut': {
        if (kind.name === 'copyBytesFrom-part' && ways.copiesRangeFirst && cut[row] > 0) store(cut[row], 'arraybuffer', kNone);
        store(abLength[row], isPart && abLength[row] === log.slab ? 'pool' : 'arraybuffer', ab[row]);
        if (isPart) {
          slice(offset[row], length[row], ab[row], kNone);
          rowOfSlice.add(row);
        }
        if (kind.name === 'concat-shorter' && ways.concatCutsLast && cutAb[row] !== kNone) slice(0, cut[row], cutAb[row], kNone, false);
        break;
      }
      case 'view':
        // The parent was on V8's heap: asking for its memory moves it into a store.
        if (onHeap[row] !== kNone) store(onHeap[row], 'arraybuffer', ab[row]);
        if (isPart) {
          slice(offset[row], length[row], ab[row], parentSlice, !kind.untold);
          rowOfSlice.add(row);
        }
        break;
      case 'over':
        // Buffer.from(arrayBuffer, ...) is told no parent; the recording may find one from the byte ranges.
        if (isPart) {
          slice(offset[row], length[row], ab[row], kNone, false);
          rowOfSlice.add(row);
        }
        break;
      default:
        throw new Error(`kind ${kind.name} has no rule`);
    }
  }
  return events;
}

/** Checks the rules against what Node counts: rows between which no collection freed anything must agree. */
export function proveRules(log, sites, kinds, ways, report) {
  const bytes = new Array(log.rows).fill(0);
  for (const event of expectedEvents(log, sites, kinds, ways)) {
    if (event.what === 'store') bytes[event.row] += event.size;
  }
  let agreed = 0;
  for (let row = 0; row < log.rows; row++) {
    const seen = log.columns.after[row] - log.columns.before[row];
    if (seen === bytes[row]) agreed += 1;
    else if (seen > bytes[row]) {
      const kind = sites[log.columns.site[row]].kind;
      report.fail(`${log.phase} row ${row}: ${kind} made ${seen} bytes of stores, the rule says ${bytes[row]}`, `rule of ${kind}`);
    }
  }
  report.figure(`${log.phase}: rows whose stores the rules tell to the byte`, `${agreed} of ${log.rows}`);
  report.check(agreed >= 0.97 * log.rows, `${log.phase}: the rules explain only ${agreed} of ${log.rows} rows`);
}
