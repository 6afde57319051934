// A completion script for bash, from the same tree that the parser is made of.
#include <map>
#include <set>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/dispatch.h"

namespace mainstay::cli {

namespace {

/// What may follow each path: subcommands, then options.
std::map<std::string, std::set<std::string>> words_by_path() {
  std::map<std::string, std::set<std::string>> words;
  for (const CommandEntry& entry : command_entries()) {
    const std::string path(entry.path);
    const std::size_t space = path.find(' ');
    words[""].insert(path.substr(0, space));
    if (space != path.npos) words[path.substr(0, space)].insert(path.substr(space + 1));
    auto& own = words[path];
    own.insert("--help");
    for (const Argument& each : arguments_of(entry)) {
      if (each.kind != Argument::Kind::Option && each.kind != Argument::Kind::Flag) continue;
      own.insert("--" + std::string(each.name.substr(each.name.find(',') + 1)));
    }
  }
  return words;
}

}  // namespace

Result<Verdict> completion(Session& session) {
  if (session.call.text("SHELL") != "bash") {
    return fail(Fault::Malformed, "only for bash so far: mainstay completion bash");
  }
  std::string script =
      "# Made by `mainstay completion bash`.\n"
      "_mainstay() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} path='' each words\n"
      "  for each in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"${path:+$path }$each\" in\n";
  std::string cases;
  std::string paths;
  for (const auto& [path, words] : words_by_path()) {
    if (!path.empty()) paths += (paths.empty() ? "\"" : "|\"") + path + "\"";
    cases += "    \"" + path + "\") words='";
    bool first = true;
    for (const auto& word : words) {
      cases += (first ? "" : " ") + word;
      first = false;
    }
    cases += "' ;;\n";
  }
  script += "      " + paths + ") path=\"${path:+$path }$each\" ;;\n    esac\n  done\n" +
            "  case \"$path\" in\n" + cases + "  esac\n" +
            "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n" +
            "  case \"$path\" in plan|apply|'token create') [[ $word == -* ]] ||\n"
            "    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$word\") ;; esac\n}\n"
            "complete -o filenames -F _mainstay mainstay\n";
  session.screen.print(script);
  return Verdict::Done;
}

}  // namespace mainstay::cli
