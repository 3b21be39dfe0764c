// SPDX-License-Identifier: Apache-2.0
// Frames and stacks of a recording by id, and the question every test asks of them: which line of the program was it?

export class Definitions {
  frames = [];
  stacks = [];
  #found = new Map();

  /** Takes an event that defines something; false for all others. */
  take(event) {
    if (event.type === 'frame') this.frames[event.id] = event;
    else if (event.type === 'stack') this.stacks[event.id] = event.frames;
    else return false;
    return true;
  }

  /** The frames of a stack, innermost first; none for 0. */
  framesOf(stack) {
    if (!stack) return [];
    const ids = this.stacks[stack];
    if (!ids) throw new Error(`stack ${stack} is used before it is defined`);
    return ids.map((id) => {
      if (!this.frames[id]) throw new Error(`frame ${id} of stack ${stack} is used before it is defined`);
      return this.frames[id];
    });
  }

  /** The innermost frame whose file contains `needle` (a folder or a file of the program), or null. */
  programFrame(stack, needle) {
    const key = `${stack} ${needle}`;
    let frame = this.#found.get(key);
    if (frame === undefined) {
      frame = this.framesOf(stack).find((each) => each.file?.includes(needle)) ?? null;
      this.#found.set(key, frame);
    }
    return frame;
  }
}

export function place(frame) {
  return frame ? `${frame.function || '(anonymous)'} ${frame.file}:${frame.line}:${frame.column}` : 'no frame of the program';
}
