// The program: from arguments to an exit status.
#pragma once

#include <string>
#include <vector>

#include "clients/cli/console.h"
#include "clients/cli/settings.h"

namespace qiangji::cli {

// Runs one command line (without the program's name) and returns the exit
// status of FORMATS: 0 done, 1 failed, 2 wrong usage, 3 a check that was asked
// for did not pass. `environment` is the process's, or a test's.
int Run(const std::vector<std::string>& arguments, const Lookup& environment,
        Console& console);

}  // namespace qiangji::cli
