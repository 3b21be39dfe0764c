// SPDX-License-Identifier: Apache-2.0
// A child that does nothing but end with a status of its own.
int main(void) {
  return 7;
}
