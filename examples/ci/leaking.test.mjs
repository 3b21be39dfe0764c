// SPDX-License-Identifier: Apache-2.0
// Fails, to show how: a token that is a view keeps the slab of its message.
//
//   SLABSCOPE=build/bin/slabscope node --test examples/ci/leaking.test.mjs   # status 1
import { test } from 'node:test';
import { noSlabLeak } from './no-slab-leak.mjs';

const sessions = new URL('./sessions.mjs', import.meta.url);

test('a session keeps no slab', () => noSlabLeak(sessions, 'openSessionLeaking'));
