// SPDX-License-Identifier: Apache-2.0
// What slabscope says on the stderr of a program that it records, apart from what the program says.
const isOwn = (line) => line.startsWith('slabscope: ');

export const ownLines = (text) => text.split('\n').filter(isOwn);
export const otherLines = (text) => text.split('\n').filter((line) => !isOwn(line)).join('\n');
