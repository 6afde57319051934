// Our order of versions for version_order_test.py: lines "dpkg A B" or "rpm A B" in, -1, 0 or 1
// out.
#include "coordinator/core/vulnerability/version_order.h"

#include <cstdio>
#include <iostream>
#include <string>

int main() {
  std::string rules;
  std::string left;
  std::string right;
  while (std::cin >> rules >> left >> right) {
    const auto order = rules == "rpm" ? mainstay::coordinator::compare_rpm(left, right)
                                      : mainstay::coordinator::compare_dpkg(left, right);
    std::puts(order < 0 ? "-1" : order > 0 ? "1" : "0");
  }
  return 0;
}
