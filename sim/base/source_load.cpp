#include "sim/base/source_load.hpp"

namespace coinfer {

Grade grade_of(proto::Grade grade) {
  switch (grade) {
    case proto::MEASURED:
      return Grade::measured;
    case proto::PUBLISHED:
      return Grade::published;
    case proto::SECONDARY:
      return Grade::secondary;
    case proto::DERIVED:
      return Grade::derived;
    case proto::ASSUMED:
    case proto::GRADE_UNSET:
      return Grade::assumed;
  }
  return Grade::assumed;
}

}  // namespace coinfer
