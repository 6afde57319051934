// What a start reads back: the journal, the trust file, the record key.
#pragma once

#include "agent/executor/core/journal.h"
#include "common/crypto/signing_key.h"
#include "common/plan/trust.h"
#include "common/ports/store.h"

namespace mainstay::executor {

/// Made at the first start, mode 0600, and never replaced.
Result<crypto::SigningKey> load_record_key(const std::string& path);
Result<Trust> load_trust(const std::string& path);

struct Self {
  BootId boot;
  PublicKey record_key;
};
/// Corrupt if a row cannot be read: a host that forgot what it was told must not go on.
Result<Journal> load_journal(const Records& records, const Trust& trust, const Self& self);

KeyValue encode_write(const Write<HostRow>& write);

}  // namespace mainstay::executor
