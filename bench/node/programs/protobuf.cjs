// SPDX-License-Identifier: Apache-2.0
// Protocol buffers: messages to bytes and back.
'use strict';
const { check, measured, packages, times } = require('../measured.cjs');
const protobuf = packages()('protobufjs');

measured(() => {
  const { root } = protobuf.parse('syntax = "proto3"; message Item { uint32 id = 1; string name = 2; bytes data = 3; repeated uint32 numbers = 4; }');
  const Item = root.lookupType('Item');
  const count = times(400_000);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const bytes = Item.encode({ id: i, name: 'somebody', data: Buffer.from('payload of some bytes'), numbers: [1, 2, 3, i] }).finish();
    sum += Item.decode(bytes).id;
  }
  check(sum === (count * (count - 1)) / 2, 'the ids');
  return { made: count };
});
