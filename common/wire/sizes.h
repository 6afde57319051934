// How large each kind of message may be, as encoded. A decoder refuses anything larger before it
// copies a byte. The sizes nest: what is carried fits into what carries it, and the largest frame
// is kFrameBytesMax.
#pragma once

#include "common/core/parts.h"
#include "common/plan/authority.h"
#include "common/plan/gate_message.h"
#include "common/plan/head.h"
#include "common/plan/merkle.h"

namespace mainstay {

inline constexpr std::size_t kEnvelopeBytesMax = 2 * 1024;  // around a payload: 8 signatures, names
inline constexpr std::size_t kSmallBytesMax = 4 * 1024;     // permit, beacon, binding, enrolment
inline constexpr std::size_t kLabelsBytesMax = 8 * 1024;    // 32 labels of twice 64 bytes
inline constexpr std::size_t kTokenBytesMax = 12 * 1024;    // with its labels
inline constexpr std::size_t kRosterBytesMax = 40 * 1024;   // with 64 operators: 600 bytes each
inline constexpr std::size_t kControlBytesMax = 44 * 1024;  // with a roster
inline constexpr std::size_t kOutcomeBytesMax = 44 * 1024;  // with 8 KiB output, 512 packages
inline constexpr std::size_t kRequestBytesMax = 56 * 1024;  // with a control statement
inline constexpr std::size_t kHostFrameBytesMax = 56 * 1024;       // gates add up to 8 KiB to one
inline constexpr std::size_t kAdmittedBytesMax = 4 * 1024 * 1024;  // 100,000 keys
inline constexpr std::size_t kBundleBytesMax = 48 * 1024 * 1024;   // as many parts as there may be

inline constexpr std::size_t kAdmittedLinksMax = 100'000;
inline constexpr std::size_t kBundleLeavesMax = 100'000;

// Texts, in bytes.
inline constexpr std::size_t kNameBytesMax = 256;      // packages, versions, labels' groups
inline constexpr std::size_t kLabelBytesMax = 64;      // name or value of a label
inline constexpr std::size_t kLineBytesMax = 512;      // reasons and refusals
inline constexpr std::size_t kAnswerBytesMax = 4096;   // what an operator is told
inline constexpr std::size_t kSelectorTextMax = 4096;  // as the selector language has it
inline constexpr std::size_t kArgumentBytesMax = 4096;

// Lists.
inline constexpr std::size_t kFeaturesMax = 64;
inline constexpr std::size_t kWavesMax = 32;
inline constexpr std::size_t kBudgetsMax = 16;
inline constexpr std::size_t kBudgetLabelsMax = 8;

/// The latest instant that is carried, the end of the year 9999: far from any overflow.
inline constexpr std::int64_t kTimeMsMax = 253'402'300'799'999;

static_assert(kHeadBytesMax + kLeafBytesMax + 2 * kEnvelopeBytesMax + kSmallBytesMax +
                  2 * 32 * kProofDigestsMax <=
              kHostFrameBytesMax);
static_assert(kOutcomeBytesMax + kEnvelopeBytesMax < kHostFrameBytesMax);
static_assert(kControlBytesMax + kEnvelopeBytesMax < kHostFrameBytesMax);
static_assert(kControlBytesMax + kEnvelopeBytesMax + 32 * kFanOutMax < kFrameBytesMax);
static_assert(kControlBytesMax + kEnvelopeBytesMax < kRequestBytesMax);
static_assert(kRequestBytesMax + kEnvelopeBytesMax < kFrameBytesMax);
static_assert(kPartBytesMax < kHostFrameBytesMax);

}  // namespace mainstay
