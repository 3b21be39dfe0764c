// SPDX-License-Identifier: Apache-2.0
'use strict';
function inWorker() {
  return Buffer./*>*/allocUnsafe(400); // @ worker inWorker
}
inWorker();
