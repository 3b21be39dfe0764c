// SPDX-License-Identifier: Apache-2.0
//   SLABSCOPE=build/bin/slabscope node --test examples/ci/sessions.test.mjs
import { test } from 'node:test';
import { noSlabLeak } from './no-slab-leak.mjs';

const sessions = new URL('./sessions.mjs', import.meta.url);

test('a session keeps no slab', () => noSlabLeak(sessions, 'openSession'));
