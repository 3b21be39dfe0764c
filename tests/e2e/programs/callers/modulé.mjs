// SPDX-License-Identifier: Apache-2.0
// An ES module in a folder with a space and a name outside ASCII.
export function inModule() {
  return Buffer./*>*/allocUnsafe(300); // @ module inModule
}
inModule();
export const top = Buffer./*>*/alloc(5301); // @ module-top
