// The manual page, from the same tree that the parser is made of.
#include "coordinator/cli/commands.h"
#include "coordinator/cli/dispatch.h"

namespace mainstay::cli {

namespace {

/// Text that troff takes as it is.
std::string roff(std::string_view text) {
  std::string safe;
  for (const char each : text) {
    if (each == '\\') {
      safe += "\\e";
    } else if (each == '-') {
      safe += "\\-";
    } else if (each == '\'' || each == '.') {
      safe += (each == '.' ? "\\&." : "\\(aq");
    } else {
      safe += each;
    }
  }
  return safe;
}

std::string help_of(const Argument& argument) {
  const bool has_value = argument.kind == Argument::Kind::Option;
  return std::string(has_value ? argument.help.substr(argument.help.find(' ') + 1) : argument.help);
}

std::string section_of(const CommandEntry& entry) {
  std::string text = ".SS \"" + roff(synopsis_of(entry)) + "\"\n" + roff(entry.help) + ".\n";
  for (const Argument& argument : entry.arguments) {
    text += ".TP\n.B " + roff(synopsis_of(argument)) + "\n" + roff(help_of(argument)) + "\n";
  }
  text += ".PP\nExamples:\n.PP\n.nf\n";
  std::string_view examples = entry.examples;
  while (!examples.empty()) {
    const std::size_t end = std::min(examples.find('\n'), examples.size());
    text += "    " + roff(examples.substr(0, end)) + "\n";
    examples.remove_prefix(std::min(end + 1, examples.size()));
  }
  return text + ".fi\n";
}

}  // namespace

Result<Verdict> manual(Session& session) {
  std::string page = ".TH MAINSTAY 1 \"\" \"mainstay " MAINSTAY_VERSION
                     "\"\n"
                     ".SH NAME\nmainstay \\- patch a fleet without hurting it\n"
                     ".SH SYNOPSIS\n.B mainstay\nCOMMAND [ARGUMENT ...]\n"
                     ".SH DESCRIPTION\n"
                     "The operators\\(aq command: asks the coordinator, shows what comes back, and "
                     "signs with the operator\\(aqs own key what shall be done\\&.\n"
                     ".SH OPTIONS OF EVERY COMMAND\n";
  for (const Argument& argument : common_arguments()) {
    page += ".TP\n.B " + roff(synopsis_of(argument)) + "\n" + roff(help_of(argument)) + "\n";
  }
  page += ".SH COMMANDS\n";
  for (const CommandEntry& entry : command_entries()) page += section_of(entry);
  page +=
      ".SH EXIT STATUS\n.nf\n0  done\n1  a host failed or was unreachable\n"
      "2  wrong use or document\n3  refused (signature, role, scope, limit)\n"
      "4  approval missing\n5  halted, needs a person\n6  centre unreachable\n.fi\n"
      ".SH ENVIRONMENT\n"
      ".TP\n.B MAINSTAY_CONFIG\nthe client\\&.conf to use\n"
      ".TP\n.B MAINSTAY_PASSPHRASE_FILE\na file of mode 0600 with the passphrase of the key file\n"
      ".TP\n.B SSH_AUTH_SOCK\nwhere the ssh\\-agent listens that holds the operator\\(aqs key\n"
      ".TP\n.B NO_COLOR\nif set, no colour even on a terminal\n";
  session.screen.print(page);
  return Verdict::Done;
}

}  // namespace mainstay::cli
