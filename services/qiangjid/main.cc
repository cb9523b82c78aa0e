#include <sys/stat.h>

#include "services/qiangjid/command_line.h"

int main(int argc, char** argv) {
  // What the server writes is for its owner only.
  umask(S_IRWXG | S_IRWXO);
  return qiangji::server::RunCommandLine(argc, argv);
}
