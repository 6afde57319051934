#include "common/core/errno_text.h"

#include <cerrno>
#include <system_error>

namespace mainstay {

std::string_view remedy_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free space there";
    case EROFS:
      return "check the disk and make it writable again";
    case EIO:
      return "check the disk";
    case EMFILE:
      return "raise the process's limit of open files";
    case ENFILE:
      return "raise the machine's limit of open files";
    default:
      return {};
  }
}

std::string errno_text(const std::string& what, int error) {
  std::string text = what + ": " + std::generic_category().message(error);
  if (const std::string_view remedy = remedy_of(error); !remedy.empty()) {
    text += "; ";
    text += remedy;
  }
  return text;
}

}  // namespace mainstay
