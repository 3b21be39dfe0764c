// SPDX-License-Identifier: Apache-2.0
// Cuts from the pool before and after a ShadowRealm, which has a pool of its own, is made.
const kept = [];
const cut = (count, size) => {
  for (let i = 0; i < count; i++) kept.push(Buffer.allocUnsafe(size));
};

cut(3, 100);
const realm = new ShadowRealm();
realm.evaluate('1');
performance.mark('realm');
cut(40, (Buffer.poolSize >>> 1) - 100);
performance.mark('on');
if (kept.length !== 43) throw new Error('nothing was kept');
