// One reader a format. Each adds what it found, counts what it left out, and is Malformed, with the
// place, where the text is not of its format. What is_full() cuts short is no error here.
#pragma once

#include <string_view>

#include "common/core/result.h"
#include "coordinator/feed/collected.h"

namespace mainstay::coordinator {

/// Debian's security tracker: package, CVE, releases by codename.
Status read_tracker(std::string_view text, Collected& to);
/// OSV: one record, a list of records, or one behind the other.
Status read_osv(std::string_view text, Collected& to);
/// OVAL of Debian, Ubuntu and Red Hat, and of those who make theirs alike.
Status read_oval(std::string_view text, Collected& to);
/// CISA's catalogue of vulnerabilities that are exploited.
Status read_exploited(std::string_view text, Collected& to);
/// The same as plain text: a CVE id a line, comments behind '#'.
Status read_exploited_lines(std::string_view text, Collected& to);
/// A scanner's findings: a first row of names, then a row for each host and vulnerability.
Status read_findings(std::string_view text, Collected& to);

}  // namespace mainstay::coordinator
