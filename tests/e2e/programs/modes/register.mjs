// SPDX-License-Identifier: Apache-2.0
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);
