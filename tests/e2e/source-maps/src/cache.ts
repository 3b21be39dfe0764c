// SPDX-License-Identifier: Apache-2.0
// What compiles to nothing comes first, so that the lines of the program that runs are others.
declare const Buffer: { allocUnsafe(size: number): Uint8Array };

interface Entry {
  readonly key: string;
  readonly bytes: Uint8Array;
}

type Entries = Entry[];

enum Size {
  Small = 40,
}

export class Cache {
  private readonly entries: Entries = [];

  remember(key: string): void {
    this.entries.push(keepEntry(key, Size.Small));
  }

  get size(): number {
    return this.entries.length;
  }
}

function keepEntry(key: string, size: Size): Entry {
  const bytes = Buffer.allocUnsafe(size); // @ keeps
  return { key, bytes };
}
