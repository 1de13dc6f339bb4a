#include "sim/base/system_reason.hpp"

#include <catch2/catch.hpp>
#include <cerrno>

TEST_CASE("The system's reason begins in lower case") {
  CHECK(coinfer::system_reason(ENOENT) == "no such file or directory");
  CHECK(coinfer::system_reason(EACCES) == "permission denied");
}
