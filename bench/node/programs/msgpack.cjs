// SPDX-License-Identifier: Apache-2.0
// MessagePack: objects to bytes and back.
'use strict';
const { check, measured, packages, times } = require('../measured.cjs');
const { encode, decode } = packages()('@msgpack/msgpack');

measured(() => {
  const count = times(150_000);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const bytes = Buffer.from(encode({ id: i, name: 'somebody', tags: ['a', 'b', 'c'], data: Buffer.from('payload of some bytes'), nested: { x: 1.5, y: [1, 2, 3] } }));
    sum += decode(bytes).id;
  }
  check(sum === (count * (count - 1)) / 2, 'the ids');
  return { made: count };
});
