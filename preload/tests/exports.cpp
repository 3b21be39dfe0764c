// SPDX-License-Identifier: Apache-2.0
// A library that exports a function and an object, among others.
#define SLABSCOPE_EXPORTED extern "C" [[gnu::visibility("default")]]

SLABSCOPE_EXPORTED int sample_object[6];
int sample_object[6] = {1, 2, 3, 4, 5, 6};

SLABSCOPE_EXPORTED int sampleFunction(int index);
int sampleFunction(int index) {
  int sum = 0;
  for (int at = 0; at < index; ++at) sum += sample_object[at % 6] * at;
  return sum;
}

SLABSCOPE_EXPORTED int otherFunction();
int otherFunction() {
  return sampleFunction(1);
}
