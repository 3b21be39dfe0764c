// SPDX-License-Identifier: Apache-2.0
// Lines of programs by the marks at their ends.
import fs from 'node:fs';

/** The number of the first line of a file that ends so; 0 where none does. */
export function lineOf(file, ending) {
  return fs.readFileSync(file, 'utf8').split('\n').findIndex((line) => line.endsWith(ending)) + 1;
}
