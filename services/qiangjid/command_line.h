// The command line of qiangjid (FORMATS, "Command line").
#pragma once

namespace qiangji::server {

// Reads it, does what it says; the exit status.
int RunCommandLine(int argc, const char* const* argv);

}  // namespace qiangji::server
