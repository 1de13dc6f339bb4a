// Why a system call failed, in our grammar.
#pragma once

#include <string>

namespace coinfer {

/// The system's text for an errno value, beginning in lower case, to stand in brackets: "no such file or directory".
std::string system_reason(int error);

}  // namespace coinfer
