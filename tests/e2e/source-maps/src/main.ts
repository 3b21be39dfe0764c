// SPDX-License-Identifier: Apache-2.0
import { Cache } from './cache';
import { keepInPackage } from 'kept-package';

declare const console: { log(text: string): void };

interface Options {
  readonly count: number;
}

function fill(cache: Cache, { count }: Options): void {
  for (let i = 0; i < count; ++i) {
    cache.remember(`key ${i}`); // @ calls
    keepInPackage(24);
  }
}

const cache = new Cache();
fill(cache, { count: 3000 });
console.log(`${cache.size} kept`);
