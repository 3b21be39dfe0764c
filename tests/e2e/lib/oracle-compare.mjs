// SPDX-License-Identifier: Apache-2.0
// Compares one phase event by event. Shape first (a store of that size, a slice at that offset with that length), in
// order; where the two sequences part, the nearest place at which they meet again counts the missing and the extra.
import { place } from './definitions.mjs';

const kLookAhead = 300;

const sameShape = (a, b) =>
  a.what === b.what && (a.what === 'store' ? a.size === b.size : a.offset === b.offset && a.length === b.length);

const by = (event) => (event.made ? ` made by ${event.made}` : '');

const text = (event) =>
  event.what === 'store'
    ? `store of ${event.size} (${event.kind})${by(event)}`
    : `slice ${event.length}@${event.offset} of ${event.ab === undefined ? `store ${event.store}` : `ArrayBuffer ${event.ab}`}${by(event)}`;

const at = (position) => `${position.file}:${position.line}:${position.column}`;

/** How far to move in each sequence until three events in a row agree again. */
function meetAgain(expected, i, recorded, j) {
  for (let sum = 1; sum < kLookAhead; sum++) {
    for (let skip = 0; skip <= sum; skip++) {
      const [a, b] = [i + skip, j + sum - skip];
      let agree = 0;
      while (agree < 3 && a + agree < expected.length && b + agree < recorded.length && sameShape(expected[a + agree], recorded[b + agree])) agree += 1;
      if (agree === 3 || (agree > 0 && a + agree === expected.length && b + agree === recorded.length)) return [a, b];
    }
  }
  return [expected.length, recorded.length];
}

function pair(expected, recorded, phase, report) {
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < expected.length || j < recorded.length) {
    if (i < expected.length && j < recorded.length && sameShape(expected[i], recorded[j])) {
      pairs.push([expected[i++], recorded[j++]]);
      continue;
    }
    const [nextI, nextJ] = meetAgain(expected, i, recorded, j);
    for (; i < nextI; i++) {
      report.fail(`${phase}: missing: ${text(expected[i])} of row ${expected[i].row} by ${at(expected[i].position)}`, `${phase}: missing`);
    }
    for (; j < nextJ; j++) {
      report.fail(`${phase}: not expected: ${text(recorded[j])} by ${place(recorded[j].frame)}`, `${phase}: not expected`);
    }
  }
  return pairs;
}

/** Every ArrayBuffer of the program is one store of the recording, and the other way round. */
function compareStores(pairs, log, report) {
  const storeOf = new Map();
  const abOf = new Map();
  for (const [expected, recorded] of pairs) {
    if (expected.ab === -1) continue;
    const store = storeOf.get(expected.ab);
    const ab = abOf.get(recorded.store);
    if (store === undefined && ab === undefined) {
      storeOf.set(expected.ab, recorded.store);
      abOf.set(recorded.store, expected.ab);
      if (expected.what === 'slice' && !recorded.storeBefore && expected.ab < log.knownAtBegin) {
        report.fail(`${log.phase}: row ${expected.row}: ${text(expected)} is in store ${recorded.store}, which is younger than begin`, 'store too young');
      }
    } else if (store !== recorded.store || ab !== expected.ab) {
      report.fail(
        `${log.phase}: row ${expected.row}: ${text(expected)} is recorded in store ${recorded.store}; that ArrayBuffer was store ${store}, that store ArrayBuffer ${ab}`,
        `${log.phase}: wrong store`,
      );
    }
  }
}

const encloses = (outer, inner) =>
  outer !== undefined &&
  outer.store === inner.store &&
  outer.offset <= inner.offset &&
  inner.offset + inner.length <= outer.offset + outer.length;

function compareParents(pairs, slices, log, report) {
  const idOfRow = new Map();
  let views = 0;
  let guessed = 0;
  let guessedRight = 0;
  for (const [expected, recorded] of pairs) {
    if (expected.what !== 'slice') continue;
    if (!idOfRow.has(expected.row)) idOfRow.set(expected.row, recorded.id);
    const parent = expected.parent === -1 ? 0 : idOfRow.get(expected.parent);
    if (!expected.told) {
      guessed += 1;
      if (recorded.parent === parent) guessedRight += 1;
      report.check(
        recorded.parent === 0 || encloses(slices.get(recorded.parent), recorded),
        `${log.phase}: row ${expected.row}: ${text(expected)}: parent ${recorded.parent} does not enclose it`,
        `${log.phase}: impossible parent`,
      );
      continue;
    }
    if (expected.parent !== -1) views += 1;
    report.check(
      recorded.parent === parent,
      `${log.phase}: row ${expected.row}: ${text(expected)} by ${at(expected.position)}: parent ${recorded.parent}, expected ${parent}`,
      `${log.phase}: wrong parent of ${expected.made}`,
    );
  }
  report.figure(`${log.phase}: slices that are views of slices`, views);
  report.figure(`${log.phase}: slices whose parent is guessed`, `${guessed}, ${guessedRight} of them exact`);
}

function compareKinds(pairs, log, report) {
  for (const [expected, recorded] of pairs) {
    if (expected.what !== 'store') continue;
    // An allocator is not told whether a store is shared.
    const good = recorded.kind === expected.kind || (expected.kind === 'shared' && recorded.kind === 'arraybuffer');
    report.check(good, `${log.phase}: row ${expected.row}: ${text(expected)} by ${at(expected.position)} is recorded as ${recorded.kind}`, `${log.phase}: wrong kind`);
  }
}

function compareCallers(pairs, log, report) {
  let wrong = 0;
  const rowsByText = new Map();
  for (const [expected, recorded] of pairs) {
    const { file, line, column } = recorded.frame;
    if (file === expected.position.file && line === expected.position.line && column === expected.position.column) continue;
    wrong += 1;
    const said = `${text(expected).replace(/\b[0-9]+\b/g, 'N')}: expected ${at(expected.position)}, recorded ${place(recorded.frame)}`;
    rowsByText.set(said, (rowsByText.get(said) ?? 0) + 1);
  }
  for (const [said, count] of [...rowsByText].sort((a, b) => b[1] - a[1]).slice(0, 30)) {
    process.stdout.write(`  exception, ${count} times: ${said}\n`);
  }
  const share = pairs.length === 0 ? 0 : 1 - wrong / pairs.length;
  report.figure(`${log.phase}: callers exact`, `${(100 * share).toFixed(4)} % (${wrong} wrong of ${pairs.length})`);
  report.check(share >= 0.999, `${log.phase}: only ${(100 * share).toFixed(3)} % of the callers are exact`);
}

export function comparePhase({ log, expected, recorded, report }) {
  if (!recorded) return;
  const count = (list, what) => list.filter((each) => each.what === what).length;
  report.figure(
    `${log.phase}: isolate ${recorded.isolate}`,
    `${count(expected, 'store')} stores and ${count(expected, 'slice')} slices expected, ` +
      `${count(recorded.events, 'store')} and ${count(recorded.events, 'slice')} recorded, ${recorded.others} more without a frame of the program`,
  );
  const pairs = pair(expected, recorded.events, log.phase, report);
  compareStores(pairs, log, report);
  compareParents(pairs, recorded.slices, log, report);
  compareKinds(pairs, log, report);
  compareCallers(pairs, log, report);
}
