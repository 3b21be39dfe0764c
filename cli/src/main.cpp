// SPDX-License-Identifier: Apache-2.0
#include <exception>

#include "commands.h"
#include "output.h"

int main(int argc, char** argv) {
  try {
    return slabscope::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& error) {
    return slabscope::cli::complain(error.what());
  }
}
