// SPDX-License-Identifier: Apache-2.0
// What a start-up snapshot is made of; its main function runs in the process that starts from it.
'use strict';
const inside = new Uint8Array(5000).fill(7);
require('node:v8').startupSnapshot.setDeserializeMainFunction(() => {
  const held = [];
  for (let i = 0; i < 2000; i++) held.push(Buffer.allocUnsafe(40));
  console.log(held.length, inside.length, inside[4999]);
});
