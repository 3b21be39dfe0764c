// SPDX-License-Identifier: Apache-2.0
export const resolve = (specifier, context, next) => next(specifier, context);
