#include "coordinator/shell/plan_head.h"

#include <algorithm>

#include "common/wire/open.h"

namespace mainstay::coordinator {

Result<Bytes> head_with_signatures(const PlanRow& row) {
  SignedDocument head{
      .context = std::string(context::kPlanHead), .payload = row.head_payload, .signatures = {}};
  for (const Approval& approval : row.approvals) {
    TRY(const SignedDocument document, peek(approval.document));
    for (const Signature& signature : document.signatures) {
      const bool known = std::ranges::any_of(
          head.signatures, [&](const Signature& other) { return other.key == signature.key; });
      if (!known && head.signatures.size() < kSignaturesMax) head.signatures.push_back(signature);
    }
  }
  return encode(head);
}

}  // namespace mainstay::coordinator
