// SPDX-License-Identifier: Apache-2.0
// A further realm's pool is a pool of its own: for its slab no other one has been left, and it is not left when another pool goes on.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { record, run } from './lib/slabscope.mjs';

const args = parseArgs('realms');
const report = new Report();
const file = path.join(args.work, 'realms.slab');
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'realms.mjs');
await record(args, file, ['--experimental-shadow-realm', program]);

async function slabsAt(mark) {
  const { stdout } = await run(args.slabscope, ['slabs', file, '--at', mark, '--top', '1000', '--json']);
  return JSON.parse(stdout).slabs.sort((a, b) => a.born_ns - b.born_ns);
}

const [main, realm, ...others] = await slabsAt('realm');
report.equal(others.length, 0, 'slabs of more than two pools');
report.equal(main.cuts >= 3, true, 'the first slab is that of the main pool');
report.equal(`${realm.cuts}, ${realm.isolate}`, `0, ${main.isolate}`, 'cuts and isolate of the slab of the realm');
report.equal(main.tail, 0, 'tail of the main pool\'s slab once there is that of the realm');
report.equal(realm.tail, 0, 'tail of the realm\'s slab');

const later = await slabsAt('on');
const at = (slab) => later.find(({ store }) => store === slab.store);
report.equal(later.length > 3, true, 'the main pool has gone on');
report.equal(at(main).tail > 0 && at(main).free === 0, true, 'the main pool has left its first slab');
report.equal(at(realm).tail, 0, 'tail of the realm\'s slab once the main pool has gone on');
report.equal(at(realm).free, realm.size, 'what is free of it');
report.equal(later.filter(({ free }) => free > 0).length, 2, 'slabs that pools may still cut from');
report.finish();
