// SPDX-License-Identifier: Apache-2.0
'use strict';
// This file begins with a byte order mark. Each call ends with a comment `@ name function`, whose line and the
// marked token's column are what the test expects: the token stands after the comment /*>*/.
const { performance } = require('node:perf_hooks');
const kHot = 20000;

class Maker {
  constructor() {
    this.made = Buffer./*>*/allocUnsafe(100); // @ constructor Maker
  }
  static make() {
    return Buffer./*>*/allocUnsafe(101); // @ static Maker.make|make
  }
  get view() {
    return Buffer./*>*/allocUnsafe(102); // @ getter get view|Maker.get view|view
  }
}

function leaf(n) {
  return Buffer./*>*/allocUnsafe(n); // @ inlined leaf
}
function loop(n) {
  let bytes = 0;
  for (let i = 0; i < kHot; i++) bytes += leaf(n).length;
  return bytes;
}

async function later() {
  await null;
  return Buffer./*>*/allocUnsafe(104); // @ async later
}

const text = (f) => `(${f})`;
module.exports = async () => {
  loop(40);
  loop(40);
  performance.mark('callers');
  Buffer./*>*/allocUnsafe(99); // @ plain module.exports|exports|
  new Maker();
  Maker.make();
  new Maker().view;
  leaf(103);
  [1].map(() => Buffer./*>*/allocUnsafe(105)); // @ callback
  await later();
  /*>*/new ArrayBuffer(5106); // @ arraybuffer module.exports|exports|
  const é漢 = Buffer./*>*/allocUnsafe(107); // @ unicode module.exports|exports|
  /* 😀é漢 */ Buffer./*>*/from('né 漢字 😀', 'utf8'); // @ string module.exports|exports|
  Buffer
    ./*>*/allocUnsafe(108); // @ second-line module.exports|exports|
  loop(40);
  performance.mark('compiled');
  eval('function compiled() {\n  return Buffer.allocUnsafe(109);\n}\ncompiled()');
  new Function('n', 'return Buffer.allocUnsafe(n);')(110);
  eval('function named() { return Buffer.allocUnsafe(111); } named();\n//# sourceURL=/named/by/url.js');
  eval(text('() => new ArrayBuffer(5112)'))();
  performance.mark('compiled-end');
};
