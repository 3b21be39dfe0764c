// SPDX-License-Identifier: Apache-2.0
// Reads from a recording what the oracle compares: by phase, the stores and slices that code of the program caused
// between the marks begin:PHASE and end:PHASE.
import { Definitions } from './definitions.mjs';
import { exportJsonl } from './slabscope.mjs';

/**
 * A map from phase to {isolate, events, others, slices}; `slices` are all of the recording, by id. An event is {what, id, size, kind, store, offset, length, parent,
 * frame, storeBefore}; `storeBefore` tells that the store of a slice is older than begin.
 */
export async function readPhases(args, file, folder, phases, report) {
  const definitions = new Definitions();
  const open = new Map(); // isolate -> phase
  const found = new Map();
  const slices = new Map();
  const storeOrder = new Map();
  let order = 0;
  let lastT = -1;
  let complete = null;

  await exportJsonl(args, file, (event) => {
    if (definitions.take(event)) return;
    if (event.type === 'recording') {
      complete = event.complete;
      report.equal(event.lost_events, 0, 'lost events');
      report.equal(event.node, `v${args.version}`, "the recording's node");
      return;
    }
    report.check(event.t >= lastT, `${event.type} at ${event.t} comes after an event at ${lastT}`, 'events out of order');
    lastT = event.t;
    order += 1;
    if (event.type === 'mark') {
      const [side, phase] = event.name.split(':');
      if (!phases.includes(phase)) return;
      if (side === 'begin') {
        open.set(event.isolate, phase);
        found.set(phase, { isolate: event.isolate, events: [], others: 0, begin: order, slices });
      } else if (side === 'end') {
        report.equal(open.get(event.isolate), phase, `the phase that ${event.name} closes in isolate ${event.isolate}`);
        open.delete(event.isolate);
      }
      return;
    }
    if (event.type === 'store_alloc') storeOrder.set(event.store, order);
    if (event.type === 'slice') slices.set(event.slice, event);
    if (event.type !== 'store_alloc' && event.type !== 'slice') return;
    const phase = found.get(open.get(event.isolate));
    if (!phase) return;
    const frame = definitions.programFrame(event.stack, folder);
    if (!frame) {
      phase.others += 1;
      return;
    }
    if (definitions.framesOf(event.stack).some((each) => each.file?.includes('agent.cjs'))) {
      report.fail(`a stack names the agent: ${JSON.stringify(definitions.framesOf(event.stack))}`, 'the agent shows');
    }
    phase.events.push(
      event.type === 'store_alloc'
        ? { what: 'store', id: event.store, store: event.store, size: event.size, kind: event.kind, frame }
        : {
            what: 'slice',
            id: event.slice,
            store: event.store,
            offset: event.offset,
            length: event.length,
            parent: event.parent,
            frame,
            storeBefore: storeOrder.get(event.store) < phase.begin,
          },
    );
  });
  report.equal(complete, true, 'the recording is complete');
  for (const phase of phases) report.check(found.has(phase), `no mark begin:${phase} in the recording`);
  report.equal(open.size, 0, 'phases left open');
  return found;
}
